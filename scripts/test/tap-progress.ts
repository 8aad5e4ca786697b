/** How many assertions tap has counted; a file that crashes or times out is a failed one. */
export interface Totals {
  passed: number
  failed: number
}

const POINT = /^( *)(not )?ok \d+(?: - (.*?))?(?: # (time=|skip|todo)(.*))?$/i
const TOTALS = /^# \{ total: \d+, pass: (\d+)(?:, fail: (\d+))?/

/**
 * Reads tap's raw output line by line and prints what one wants to see of it: every file as it ends, and every
 * failure with its details. Subtests are indented by four blanks each (https://testanything.org, version 14).
 */
export class TapProgress {
  /** What tap itself has counted, once it has printed that. */
  totals: Totals | undefined
  /** The names of the subtests that are open, the file first. */
  #path: string[] = []
  #points = 0
  #failuresShown = 0
  /** The blanks before the details that belong to the failure just printed. */
  #details: string | undefined
  readonly #print: (line: string) => void

  constructor(print: (line: string) => void) {
    this.#print = print
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
      this.totals = { passed: Number(totals[1]), failed: Number(totals[2] ?? 0) }
    } else if (line.startsWith('Bail out!')) {
      this.#print(line)
    }
  }

  #point([, blanks = '', not, name = '', directive = '', rest = '']: RegExpExecArray): void {
    const failed = not !== undefined && !/^(skip|todo)$/i.test(directive)
    const level = depth(blanks)
    // A point at the level of an open subtest is that subtest's end: its failures have been shown one by one.
    const ends = this.#path.length > level
    this.#path = this.#path.slice(0, level)
    if (!ends) this.#points++
    const shown = this.#failuresShown
    if (failed && !ends) this.#fail(`✗ ${[...this.#path, name].join(' > ')}`, blanks)
    if (level > 0) return
    const summary = `${name}  ${this.#points} assertions${directive === 'time=' ? `, ${rest}` : ''}`
    // A file that failed without a failed assertion has crashed: its own details tell how.
    if (!failed) this.#print(`ok     ${summary}`)
    else if (shown === 0 && ends) this.#fail(`FAILED ${summary}`, blanks)
    else this.#print(`FAILED ${summary}`)
    this.#points = 0
    this.#failuresShown = 0
  }

  #fail(headline: string, blanks: string): void {
    this.#print(headline)
    this.#failuresShown++
    this.#details = `${blanks}  `
  }

  /** @returns whether the line belonged to the details of a failure */
  #detail(line: string): boolean {
    if (this.#details === undefined) return false
    const content = line.startsWith(this.#details) ? line.slice(this.#details.length) : undefined
    if (line.trim() !== '' && content === undefined) this.#details = undefined
    else if (content === '...') this.#details = undefined
    else if (content !== undefined && content !== '---') this.#print(`    ${content}`)
    return content !== undefined
  }
}

function depth(blanks = ''): number {
  return blanks.length / 4
}
