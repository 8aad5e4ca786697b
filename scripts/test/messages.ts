/** Sent to a process that runs test files, as a line of JSON: the next file. */
export interface RunFile {
  /** The compiled file's URL. */
  url: string
  /** The tenancy strategy if the environment does not set one. */
  tenancy?: string | undefined
  /** Whether the process runs no other file, so that this one may change it. */
  alone: boolean
  /** Milliseconds. */
  timeout: number
}

/** The beginning of a line that says what a file was doing at its timeout. */
const LATE = '# strongroom: '

export const writeLate = (line: string): string => `\n${LATE}${line}\n`

/** What a file was doing at its timeout, if this line of its output says that. */
export const readLate = (line: string): string | undefined =>
  line.startsWith(LATE) && !line.startsWith(END) ? line.slice(LATE.length) : undefined

/** What is wrong with a file beyond its failed tests. */
export interface FileEnd {
  problems: string[]
}

/** The beginning of the line that ends a file's output; a `FileEnd` as JSON follows it. */
const END = '# strongroom: the file has ended '

export const writeEnd = (end: FileEnd): string => `\n${END}${JSON.stringify(end)}\n`

/** The end of a file, if this line of its output says that. */
export function readEnd(line: string): FileEnd | undefined {
  return line.startsWith(END) ? (JSON.parse(line.slice(END.length)) as FileEnd) : undefined
}
