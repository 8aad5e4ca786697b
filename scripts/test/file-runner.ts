/**
 * Runs test files one after the other in this process, since loading the modules takes longer than most tests. Reads
 * `RunFile` lines from descriptor 3, writes each file's TAP and then its end to the output, and ends when the
 * descriptor is closed.
 */
import { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Test, TestOpts } from 'tap'
import { followNoPromises } from './follow-no-promises.js'
import { writeEnd, writeLate, type RunFile } from './messages.js'
import { changedSince, followForgottenFiles, processState, untilIdle } from './process-state.js'
import { standInForRoot } from './root-test.js'
import { followTests } from './waits.js'

followNoPromises()
const useRoot = standInForRoot()
const forgottenFiles = followForgottenFiles()
const { Test: RootTest } = await import('tap')
// Kept, since tests replace it to see what a command prints.
const print = process.stdout.write.bind(process.stdout)
let running: Test | undefined
let files = 0

// A file that ends the process still reports its results so far.
process.on('exit', () => {
  if (running?.results === undefined) running?.endAll()
})

const requests = new Socket({ fd: 3 })
createInterface({ input: requests }).on('line', (line) => void runFile(JSON.parse(line) as RunFile))

async function runFile({ url, tenancy, alone, timeout }: RunFile): Promise<void> {
  if (tenancy === undefined) delete process.env['TEST_TENANCY_STRATEGY']
  else process.env['TEST_TENANCY_STRATEGY'] = tenancy
  // With another query, a file that runs again is loaded as a new module.
  const load = () => import(`${url}?${(files += 1)}`) as Promise<unknown>
  const options: TestOpts = { name: 'TAP', timeout, cb: load }
  const root = new RootTest(options)
  root.on('data', (text: string) => print(text))
  root.on('complete', () => root.comment(root.counts.toJSON()))
  const state = processState()
  useRoot(root)
  running = root
  // This timer fires just before tap's, which starts later and ends the tests.
  const unfinished = followTests(root)
  const late = setTimeout(() => unfinished().forEach((line) => print(writeLate(line))), timeout)
  await new Promise<void>((resolve) => root.runMain(resolve))
  root.setTimeout(0)
  clearTimeout(late)
  // After a failure this process runs no more files, so what it left open does not matter.
  const open = root.passing() ? await untilIdle(requests, timeout) : []
  const problems = [
    ...(root.passing() ? [] : ['an error came after the end of the tests']),
    ...open.map((resource) => `left open: ${resource}`),
    ...(alone ? [] : changedSince(state)),
    ...forgottenFiles()
  ]
  running = undefined
  print(writeEnd({ problems }))
}
