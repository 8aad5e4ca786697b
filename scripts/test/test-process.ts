import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { program } from '../program.js'
import { readEnd, type FileEnd, type RunFile } from './messages.js'

/** Milliseconds that a process has to end once it is not needed. With coverage, it first writes its results. */
const END_MS = 180_000

/** A process that runs test files, one after the other (file-runner.ts). */
export class TestProcess {
  readonly #child: ChildProcess
  readonly #requests: Writable
  readonly #closed: Promise<unknown>
  #read: (line: string) => void = () => undefined
  /** False once it has ended. */
  alive = true

  constructor(environment: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, program('scripts/test/file-runner'), {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit', 'pipe']
    })
    this.#closed = once(this.#child, 'close').then(() => (this.alive = false))
    const [, output, , requests] = this.#child.stdio
    this.#requests = requests as Writable
    // A write fails only if the process has ended, and that is reported anyway.
    this.#requests.on('error', () => undefined)
    createInterface({ input: output as Readable }).on('line', (line) => this.#read(line))
  }

  /**
   * Runs a file.
   * @param read receives its output, line by line
   * @returns what is wrong with it beyond its failed tests
   */
  async run(file: RunFile, read: (line: string) => void): Promise<string | undefined> {
    const ended = new Promise<FileEnd>((resolve) => {
      this.#read = (line) => {
        const end = readEnd(line)
        if (end === undefined) read(line)
        else resolve(end)
      }
    })
    this.#requests.write(`${JSON.stringify(file)}\n`)
    const end = await Promise.race([ended, this.#closed.then(() => undefined)])
    return end === undefined ? this.#ending() : end.problems.join(', ') || undefined
  }

  /** Lets the process end. @returns how it ended, unless it succeeded */
  async end(): Promise<string | undefined> {
    this.#requests.end()
    const late = setTimeout(() => this.kill(), END_MS)
    await this.#closed
    clearTimeout(late)
    return this.#ending()
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #ending(): string | undefined {
    const { signalCode, exitCode } = this.#child
    if (signalCode !== null) return `killed by ${signalCode}`
    return exitCode === 0 ? undefined : `exit code ${exitCode ?? '?'}`
  }
}
