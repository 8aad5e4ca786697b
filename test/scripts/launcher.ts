import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'
import { identify, type ProcessIdentity } from '../../scripts/embedded/process-identity.js'
import { program } from '../../scripts/program.js'
import { SETTINGS } from '../../core/config/config.js'

/** `npm start`, without npm, in its own process group, as a terminal runs it. */
export class Launcher {
  readonly process: ChildProcess
  output = ''
  readonly #ended: Promise<unknown>

  constructor(t: Test, settings: Record<string, string>, args: string[] = []) {
    // Empty settings override a developer's own .env.
    const unset = Object.fromEntries(SETTINGS.map((name) => [name, '']))
    this.process = spawn(process.execPath, [...program('scripts/start'), ...args], {
      detached: true,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        ...unset,
        LOG_LEVEL: 'warn',
        ...settings
      },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    // Waits for the launcher only: its descendants may keep the pipes open.
    this.#ended = once(this.process, 'exit')
    this.process.stdout?.on('data', (text: Buffer) => (this.output += text.toString()))
    this.process.stderr?.on('data', (text: Buffer) => (this.output += text.toString()))
    t.teardown(async () => {
      if (this.process.exitCode === null && this.process.signalCode === null) this.interrupt()
      await this.#ended
    })
  }

  get pid(): number {
    return this.process.pid as number
  }

  /** Resolves when the output contains a text; rejects if the launcher ends first. */
  async printed(text: string): Promise<void> {
    const failed = this.#ended.then(() => {
      if (!this.output.includes(text)) throw new Error(`ended without "${text}":\n${this.output}`)
    })
    const seen = new Promise<void>((resolve) => {
      const look = () => {
        if (this.output.includes(text)) resolve()
      }
      this.process.stdout?.on('data', look)
      this.process.stderr?.on('data', look)
      look()
    })
    await Promise.race([seen, failed])
  }

  /** Ctrl-C: the terminal sends it to the whole group. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT')
  }

  async exitCode(): Promise<number | null> {
    await this.#ended
    return this.process.exitCode
  }

  /** The launcher and all its descendants, as they are now. */
  family(): ProcessIdentity[] {
    const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    const parents = table
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
    const pids = new Set([this.pid])
    for (let size = 0; size < pids.size;) {
      size = pids.size
      for (const [pid, parent] of parents) if (pid && parent && pids.has(parent)) pids.add(pid)
    }
    return [...pids].map(identify).filter((found) => found !== undefined)
  }
}
