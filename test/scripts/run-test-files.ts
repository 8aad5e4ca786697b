import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { TestFile } from '../../scripts/test/find-tests.js'
import { runFiles } from '../../scripts/test/run-files.js'
import { temporaryDataDir } from './temporary-folder.js'

/** A file of test/scripts/test-files. */
export const fileOf = (name: string): TestFile => ({
  file: `test/scripts/test-files/${name}.ts`,
  alone: false
})

/**
 * Runs files one after the other.
 * @returns the totals, the output, and the lines that passes.ts wrote
 */
export async function run(t: Test, files: TestFile[], options: { timeout?: number; bail?: boolean } = {}) {
  const seen = join(temporaryDataDir(t), 'seen')
  const lines: string[] = []
  const totals = await runFiles(files, {
    jobs: 1,
    timeout: 600,
    bail: false,
    environment: { ...process.env, TEST_TENANCY_STRATEGY: undefined, TAP_GREP: undefined, SEEN: seen },
    stop: new AbortController().signal,
    print: (line) => lines.push(line),
    ...options
  })
  const output = lines
    .join('\n')
    .replaceAll('test/scripts/test-files/', '')
    .replace(/, \d+\.\d s$/gm, '')
  return { totals, output, seen: () => readFileSync(seen, 'utf8').trim().split('\n') }
}
