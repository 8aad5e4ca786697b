/**
 * How many assertions of a file passed and failed, and how many tests were skipped. A file that crashes or takes too
 * long is a failed one; a file that needs a tool this machine lacks is a skipped one.
 */
export interface Totals {
  passed: number
  failed: number
  skipped: number
}

export interface Report extends Totals {
  /** What one wants to see of it: every failure with its details, and a line for the file. */
  lines: string[]
}

const POINT = /^( *)(not )?ok \d+(?: - (.*?))?(?: # (time=|skip|todo)(.*))?$/i
/** A plan of no tests, of the file itself, and why. */
const SKIPPED_FILE = /^1\.\.0 # (?:skip )?(.+)$/i
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
  #skips = 0
  /** Why the whole file was skipped. */
  #skipped: string | undefined
  /** The blanks before the details that belong to the failure that was just read. */
  #details: string | undefined
  #totals: Pick<Totals, 'passed' | 'failed'> | undefined

  constructor(file: string) {
    this.#file = file
    this.#path = [file]
  }

  read(line: string): void {
    if (this.#detail(line)) return
    const subtest = /^( *)# Subtest: (.*)$/.exec(line)
    const point = POINT.exec(line)
    const totals = TOTALS.exec(line)
    const skipped = SKIPPED_FILE.exec(line)
    if (skipped) {
      this.#skipped = skipped[1]
    } else if (subtest) {
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
    if (this.#skipped !== undefined && crash === undefined && this.#points === 0)
      return { passed, failed, skipped: 1, lines: [`skipped ${this.#file}  ${this.#skipped}`] }
    const reason = crash ?? (this.#totals === undefined ? 'it ended before its tests did' : undefined)
    const told = Math.max(failed, this.#failures)
    const failures = reason !== undefined && told === 0 ? 1 : told
    const summary = `${this.#file}  ${this.#points} assertions, ${(milliseconds / 1000).toFixed(1)} s`
    this.#lines.push(`${failures === 0 ? 'ok    ' : 'FAILED'} ${summary}`)
    if (reason !== undefined && told === 0) this.#lines.push(`    ${reason}`)
    return { passed, failed: failures, skipped: this.#skips, lines: this.#lines }
  }

  #point([, blanks = '', not, name = '', directive = '', reason = '']: RegExpExecArray): void {
    const failed = not !== undefined && !/^(skip|todo)$/i.test(directive)
    const level = depth(blanks)
    // A point at the level of an open subtest is that subtest's end: its failures have been shown one by one.
    const ends = this.#path.length > level
    this.#path = this.#path.slice(0, level)
    if (ends) return
    if (/^skip$/i.test(directive)) {
      this.#skips++
      this.#lines.push(`- skipped: ${[...this.#path, name].join(' > ')} (${reason.trim()})`)
      return
    }
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
