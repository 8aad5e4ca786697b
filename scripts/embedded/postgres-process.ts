import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** This process's environment without libpq's PG* settings, which would affect initdb and the server. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'))
  // LC_ALL also keeps macOS from starting threads before the server forks.
  return { ...Object.fromEntries(entries), LC_ALL: 'C' }
}

const KEPT = 20

/** Passes lines on to a log and keeps the last ones for an error message. */
export class RecentLines {
  readonly #lines: string[] = []
  readonly #log: (line: string) => void

  constructor(log: (line: string) => void) {
    this.#log = log
  }

  read(stream: Readable, onLine?: (line: string) => void): void {
    createInterface({ input: stream }).on('line', (line) => {
      this.#log(line)
      this.#lines.push(line)
      if (this.#lines.length > KEPT) this.#lines.shift()
      onLine?.(line)
    })
  }

  text(): string {
    return this.#lines.map((line) => `  ${line}`).join('\n') || '  (no output)'
  }
}
