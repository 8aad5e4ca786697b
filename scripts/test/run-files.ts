import { pathToFileURL } from 'node:url'
import { program } from '../program.js'
import { FileReport, type Report, type Totals } from './file-report.js'
import type { TestFile } from './find-tests.js'
import { TestProcess } from './test-process.js'

/**
 * At its timeout, a file reports what it is waiting for, and ends. A file that cannot even do that is killed after this
 * many times its timeout.
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

/**
 * Runs test files in the given order, and prints each result when the file ends. Each job has a process that runs one
 * file after the other; after a file that failed, the next one gets a new process.
 */
export async function runFiles(files: TestFile[], run: Run): Promise<Totals> {
  const totals = { passed: 0, failed: 0, skipped: 0 }
  const bailed = new AbortController()
  const stop = AbortSignal.any([run.stop, bailed.signal])
  // Files that need a process of their own come first: only a new process can run them, and it then ends.
  const queue = [...files.filter((file) => file.alone), ...files.filter((file) => !file.alone)]
  const count = ({ lines, passed, failed, skipped }: Report) => {
    lines.forEach(run.print)
    totals.passed += passed
    totals.failed += failed
    totals.skipped += skipped
    if (failed > 0 && run.bail) bailed.abort()
  }
  await Promise.all(Array.from({ length: run.jobs }, () => runQueue(queue, { ...run, stop }, count)))
  return totals
}

async function runQueue(queue: TestFile[], run: Run, count: (report: Report) => void): Promise<void> {
  const next = () => (run.stop.aborted ? undefined : queue.shift())
  let process: TestProcess | undefined
  let file = next()
  while (file !== undefined) {
    process ??= new TestProcess(run.environment)
    const report = await runFile(process, file, run)
    count(report)
    const following = next()
    if (following === undefined || report.failed > 0 || file.alone || !process.alive) {
      if (report.failed > 0) process.kill()
      const problem = await process.end()
      process = undefined
      if (problem !== undefined && report.failed === 0) count(failedAfterwards(file, problem))
    }
    file = following
  }
}

const labelOf = ({ file, tenancy }: TestFile) => (tenancy === undefined ? file : `${file} (${tenancy})`)

const failedAfterwards = (file: TestFile, problem: string): Report => ({
  passed: 0,
  failed: 1,
  skipped: 0,
  lines: [`FAILED ${labelOf(file)}  after its end: ${problem}`]
})

async function runFile(process: TestProcess, file: TestFile, run: Run): Promise<Report> {
  const { timeout, environment, stop } = run
  const start = performance.now()
  const report = new FileReport(labelOf(file))
  const kill = () => process.kill()
  stop.addEventListener('abort', kill, { once: true })
  const late = setTimeout(kill, timeout * 1000 * KILL_AFTER)
  const problem = await process.run(
    {
      url: pathToFileURL(program(file.file.replace(/\.ts$/, '')).at(-1) ?? '').href,
      tenancy: file.tenancy ?? environment['TEST_TENANCY_STRATEGY'],
      alone: file.alone,
      timeout: timeout * 1000
    },
    (line) => report.read(line)
  )
  clearTimeout(late)
  stop.removeEventListener('abort', kill)
  return report.end(stop.aborted ? 'it was stopped' : problem, performance.now() - start)
}
