import { Parser, type Result } from 'tap-parser'
import { stringify } from 'yaml'
import { readLate } from './messages.js'

/**
 * How many assertions of a file passed and failed, and how many tests were skipped. A file that crashes or takes too
 * long counts as failed; a file that needs a tool this machine lacks counts as skipped.
 */
export interface Totals {
  passed: number
  failed: number
  skipped: number
}

export interface Report extends Totals {
  /** The output: every failure with its details, and a line for the file. */
  lines: string[]
}

/**
 * Details of a failure may contain values that YAML cannot express; an error of the S3 client has methods, for example.
 */
const asText = (_key: unknown, value: unknown): unknown =>
  typeof value === 'function' || typeof value === 'symbol' ? String(value) : value

/** The last line of a file whose tests ended. */
const TOTALS = /^# \{ total: \d+(?:, pass: (\d+))?(?:, fail: (\d+))?/

/** Parses the output of a test file, line by line (https://testanything.org, version 14). */
export class FileReport {
  readonly #file: string
  readonly #lines: string[] = []
  readonly #parser = new Parser()
  #points = 0
  #failures = 0
  #skips = 0
  #totals: Pick<Totals, 'passed' | 'failed'> | undefined

  constructor(file: string) {
    this.#file = file
    this.#parser.on('pass', () => this.#points++)
    this.#parser.on('todo', () => this.#points++)
    this.#parser.on('fail', (result: Result) => this.#fail(result))
    this.#parser.on('skip', (result: Result) => this.#skip(result))
    this.#parser.on('bailout', (reason: string) => this.#lines.push(`Bail out! ${reason}`))
    this.#parser.on('comment', (line: string) => {
      const [found, passed = 0, failed = 0] = TOTALS.exec(line) ?? []
      if (found !== undefined) this.#totals = { passed: Number(passed), failed: Number(failed) }
    })
  }

  read(line: string): void {
    const late = readLate(line)
    if (late !== undefined) this.#lines.push(`  ${this.#file} ${late}`)
    else this.#parser.write(`${line}\n`)
  }

  /** @param crash how the process ended, unless it succeeded or reported failures */
  end(crash: string | undefined, milliseconds: number): Report {
    this.#parser.end()
    const { passed = 0, failed = 0 } = this.#totals ?? {}
    const { skipAll, skipReason } = this.#parser.results?.plan ?? {}
    if (skipAll === true && this.#totals !== undefined && this.#points === 0 && crash === undefined)
      return { passed, failed, skipped: 1, lines: [`skipped ${this.#file}  ${skipReason ?? ''}`] }
    const reason = crash ?? (this.#totals === undefined ? 'the file ended before its tests did' : undefined)
    const told = Math.max(failed, this.#failures)
    const failures = reason !== undefined && told === 0 ? 1 : told
    const summary = `${this.#file}  ${this.#points} assertions, ${(milliseconds / 1000).toFixed(1)} s`
    this.#lines.push(`${failures === 0 ? 'ok    ' : 'FAILED'} ${summary}`)
    if (reason !== undefined && told === 0) this.#lines.push(`    ${reason}`)
    return { passed, failed: failures, skipped: this.#skips, lines: this.#lines }
  }

  #fail({ fullname, diag }: Result): void {
    this.#points++
    this.#failures++
    this.#lines.push(`✗ ${this.#file} > ${fullname}`)
    if (diag)
      this.#lines.push(
        ...stringify(diag, asText)
          .trimEnd()
          .split('\n')
          .map((line) => `    ${line}`)
      )
  }

  #skip({ fullname, skip }: Result): void {
    this.#skips++
    this.#lines.push(`- skipped: ${this.#file} > ${fullname} (${String(skip)})`)
  }
}
