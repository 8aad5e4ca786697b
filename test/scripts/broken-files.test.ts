import t from 'tap'
import type { Totals } from '../../scripts/test/file-report.js'
import { fileOf, run } from './run-test-files.js'

/** The output for each broken file, and the counts. */
const BROKEN: Record<string, [RegExp, Totals]> = {
  fails: [/^✗ fails.ts > is wrong > should be equal\n/, { passed: 1, failed: 1, skipped: 0 }],
  'does-not-load': [/^✗ does-not-load.ts > no services\n/, { passed: 1, failed: 1, skipped: 0 }],
  'kills-itself': [
    /^FAILED kills-itself.ts .*\n {4}killed by SIGKILL$/,
    { passed: 0, failed: 1, skipped: 0 }
  ],
  'ends-the-process': [/^skipped ends-the-process.ts {2}psql is/, { passed: 0, failed: 0, skipped: 1 }],
  'sets-a-variable': [
    /^FAILED sets-a-variable.ts .*\n {4}changed LEFT_BY_A_TEST of the environment$/,
    { passed: 1, failed: 1, skipped: 0 }
  ],
  'forgets-a-promise': [
    /^✗ forgets-a-promise.ts > waits > test unfinished\n[^]*\nFAILED forgets-a-promise.ts /,
    { passed: 0, failed: 1, skipped: 0 }
  ],
  'throws-late': [/^FAILED throws-late.ts .*\n {4}exit code 1$/, { passed: 1, failed: 1, skipped: 0 }]
}

/** Broken files that are detected by their timeout. */
const ENDLESS: typeof BROKEN = {
  'leaves-a-server': [
    /^FAILED leaves-a-server.ts .*\n {4}left open: TCPServerWrap$/,
    { passed: 1, failed: 1, skipped: 0 }
  ],
  'never-ends': [
    new RegExp(
      [
        /^ {2}never-ends\.ts was running: waits > for ever$/,
        /^ {2}never-ends\.ts has waited for \d+ s at never-ends\.ts:5.*$/,
        /^✗ never-ends.ts > waits > for ever > timeout!/
      ]
        .map(({ source }) => source)
        .join('\n'),
      'm'
    ),
    { passed: 0, failed: 1, skipped: 0 }
  ],
  blocks: [/^FAILED blocks.ts .*\n {4}killed by SIGKILL$/, { passed: 0, failed: 1, skipped: 0 }]
}

for (const [files, timeout] of [
  [BROKEN, 600],
  [ENDLESS, 8]
] as const) {
  void t.test('a broken file is reported, and the next one gets a new process', async (t) => {
    const names = Object.keys(files)
    const { totals, output, seen } = await run(
      t,
      [fileOf('passes'), ...names.flatMap((name) => [fileOf(name), fileOf('passes')])],
      { timeout }
    )
    const parts = output.split(/ok {5}passes.ts.*\n?/)
    t.equal(parts.length, names.length + 2)
    const sum = { passed: names.length + 1, failed: 0, skipped: 0 }
    for (const [index, [lines, { passed, failed, skipped }]] of Object.values(files).entries()) {
      t.match(parts[index + 1]?.trimEnd(), lines, names[index] ?? '')
      sum.passed += passed
      sum.failed += failed
      sum.skipped += skipped
    }
    t.same(totals, sum)
    const processes = seen().filter((line) => line !== 'teardown')
    t.equal(new Set(processes).size, names.length + 1)
  })
}
