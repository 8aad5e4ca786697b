/** To a process that runs test files: the next one, as a line of JSON. */
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

/** Starts a line about what a file was doing when its time was over. */
const LATE = '# strongroom: '

export const writeLate = (line: string): string => `\n${LATE}${line}\n`

/** What a file was doing when its time was over, if this line of its output says that. */
export const readLate = (line: string): string | undefined =>
  line.startsWith(LATE) && !line.startsWith(END) ? line.slice(LATE.length) : undefined

/** What a file did beyond its tests: nothing, unless it is broken. */
export interface FileEnd {
  problems: string[]
}

/** Starts the line that ends a file's output, after which comes a `FileEnd` as JSON. */
const END = '# strongroom: the file has ended '

export const writeEnd = (end: FileEnd): string => `\n${END}${JSON.stringify(end)}\n`

/** The end of a file, if this line of its output is that. */
export function readEnd(line: string): FileEnd | undefined {
  return line.startsWith(END) ? (JSON.parse(line.slice(END.length)) as FileEnd) : undefined
}
