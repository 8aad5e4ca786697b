import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import pLimit from 'p-limit'
import { program } from '../program.js'
import { FileReport, type Report, type Totals } from './file-report.js'

/**
 * When its time is over, a file reports what it waited for. If it cannot even do that, it is killed after this many
 * times its timeout.
 */
const KILL_AFTER = 3

export interface Run {
  /** Files to run at once. */
  jobs: number
  /** Seconds per file, unless it sets its own timeout. */
  timeout: number
  /** Stops at the first file that fails. */
  bail: boolean
  environment: NodeJS.ProcessEnv
  stop: AbortSignal
  print: (line: string) => void
}

/** A test file, and the tenancy strategy if the environment does not set one. */
export interface TestFile {
  file: string
  tenancy?: string
}

/**
 * Runs test files, each in its own process, and prints each result when the file ends. Runs them with Node directly:
 * tap's own command traces every import for coverage, which takes longer than most tests.
 */
export async function runFiles(files: TestFile[], run: Run): Promise<Totals> {
  const totals = { passed: 0, failed: 0, skipped: 0 }
  const limit = pLimit(run.jobs)
  const bailed = new AbortController()
  const stop = AbortSignal.any([run.stop, bailed.signal])
  const runOne = async (file: TestFile) => {
    if (stop.aborted) return
    const { lines, passed, failed, skipped } = await runFile(file, { ...run, stop })
    lines.forEach(run.print)
    totals.passed += passed
    totals.failed += failed
    totals.skipped += skipped
    if (failed > 0 && run.bail) bailed.abort()
  }
  await Promise.all(files.map((file) => limit(runOne, file)))
  return totals
}

async function runFile({ file, tenancy }: TestFile, { timeout, environment, stop }: Run): Promise<Report> {
  const start = performance.now()
  const report = new FileReport(tenancy === undefined ? file : `${file} (${tenancy})`)
  const child = spawn(process.execPath, program(file.replace(/\.ts$/, '')), {
    env: {
      ...environment,
      TAP_TIMEOUT: String(timeout),
      ...(tenancy !== undefined && { TEST_TENANCY_STRATEGY: tenancy })
    },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const kill = () => child.kill('SIGKILL')
  stop.addEventListener('abort', kill, { once: true })
  const late = setTimeout(kill, timeout * 1000 * KILL_AFTER)
  createInterface({ input: child.stdout }).on('line', (line) => report.read(line))
  await once(child, 'close')
  clearTimeout(late)
  stop.removeEventListener('abort', kill)
  return report.end(crash(), performance.now() - start)

  function crash(): string | undefined {
    if (stop.aborted) return 'it was stopped'
    if (child.signalCode !== null) return `killed by ${child.signalCode}`
    return child.exitCode === 0 ? undefined : `exit code ${child.exitCode ?? '?'}`
  }
}
