/** How many assertions of a file passed and failed; a file that crashes or takes too long is a failed one. */
export interface Totals {
  passed: number
  failed: number
}

export interface Report extends Totals {
  /** What one wants to see of it: every failure with its details, and a line for the file. */
  lines: string[]
}

const POINT = /^( *)(not )?ok \d+(?: - (.*?))?(?: # (time=|skip|todo)(.*))?$/i
const TOTALS = /^# \{ total: \d+(?:, pass: (\d+))?(?:, fail: (\d+))?/

/**
 * Reads what a file of tests prints, line by line. Subtests are indented by four blanks each
 * (https://testanything.org, version 14).
 */
export class FileReport {
  readonly #file: string
  readonly #lines: string[] = []
  /** The names of the subtests that are open, the file first. */
  #path: string[]
  #points = 0
  #failures = 0
  /** The blanks before the details that belong to the failure that was just read. */
  #details: string | undefined
  #totals: Totals | undefined

  constructor(file: string) {
    this.#file = file
    this.#path = [file]
  }

  read(line: string): void {
    if (this.#detail(line)) return
    const subtest = /^( *)# Subtest: (.*)$/.exec(line)
    const point = POINT.exec(line)
    const totals = TOTALS.exec(line)
    if (subtest) {
      this.#path = [...this.#path.slice(0, depth(subtest[1])), subtest[2] ?? '']
    } else if (point) {
      this.#point(point)
    } else if (totals) {
      this.#totals = { passed: Number(totals[1] ?? 0), failed: Number(totals[2] ?? 0) }
    } else if (line.startsWith('Bail out!')) {
      this.#lines.push(line)
    }
  }

  /** @param crash how the process ended, unless it ended well or with failures that it told of */
  end(crash: string | undefined, milliseconds: number): Report {
    const { passed = 0, failed = 0 } = this.#totals ?? {}
    const reason = crash ?? (this.#totals === undefined ? 'it ended before its tests did' : undefined)
    const told = Math.max(failed, this.#failures)
    const failures = reason !== undefined && told === 0 ? 1 : told
    const summary = `${this.#file}  ${this.#points} assertions, ${(milliseconds / 1000).toFixed(1)} s`
    this.#lines.push(`${failures === 0 ? 'ok    ' : 'FAILED'} ${summary}`)
    if (reason !== undefined && told === 0) this.#lines.push(`    ${reason}`)
    return { passed, failed: failures, lines: this.#lines }
  }

  #point([, blanks = '', not, name = '', directive = '']: RegExpExecArray): void {
    const failed = not !== undefined && !/^(skip|todo)$/i.test(directive)
    const level = depth(blanks)
    // A point at the level of an open subtest is that subtest's end: its failures have been shown one by one.
    const ends = this.#path.length > level
    this.#path = this.#path.slice(0, level)
    if (ends) return
    this.#points++
    if (!failed) return
    this.#failures++
    this.#lines.push(`✗ ${[...this.#path, name].join(' > ')}`)
    this.#details = `${blanks}  `
  }

  /** @returns whether the line belonged to the details of a failure */
  #detail(line: string): boolean {
    if (this.#details === undefined) return false
    const content = line.startsWith(this.#details) ? line.slice(this.#details.length) : undefined
    if (line.trim() !== '' && content === undefined) this.#details = undefined
    else if (content === '...') this.#details = undefined
    else if (content !== undefined && content !== '---') this.#lines.push(`    ${content}`)
    return content !== undefined
  }
}

/** The file itself is the first level. */
function depth(blanks = ''): number {
  return blanks.length / 4 + 1
}
