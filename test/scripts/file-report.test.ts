import t from 'tap'
import { FileReport } from '../../scripts/test/file-report.js'

function read(file: string, ending: string | undefined, ...lines: string[]) {
  const report = new FileReport(file)
  for (const line of lines) report.read(line)
  return report.end(ending, 5200)
}

void t.test('a passing file is reported in one line', async (t) => {
  const report = read(
    'a.test.ts',
    undefined,
    '# Subtest: works',
    '    ok 1 - first',
    '    ok 2 - second # SKIP not here',
    '    1..2',
    'ok 1 - works # time=2ms',
    '1..1',
    '# { total: 2, pass: 1, skip: 1 }'
  )
  t.same(report, {
    passed: 1,
    failed: 0,
    skipped: 1,
    lines: ['- skipped: a.test.ts > works > second (not here)', 'ok     a.test.ts  1 assertions, 5.2 s']
  })
})

void t.test('a failure is shown with its path and its details', async (t) => {
  const report = read(
    'b.test.ts',
    'exit code 1',
    '# Subtest: breaks',
    '    not ok 1 - should be equal',
    '      ---',
    '      source: |',
    '        ok 1 - looks like a point',
    '      ...',
    '    not ok 2 - later # TODO',
    '    1..2',
    'not ok 1 - breaks # time=2ms',
    '  ---',
    '  at: here',
    '  ...',
    '# { total: 2, fail: 1, todo: 1 }'
  )
  t.same(report, {
    passed: 0,
    failed: 1,
    skipped: 0,
    lines: [
      '✗ b.test.ts > breaks > should be equal',
      '    source: |',
      '      ok 1 - looks like a point',
      'FAILED b.test.ts  2 assertions, 5.2 s'
    ]
  })
})

void t.test('a file that ends early, or with an error, has failed', async (t) => {
  const passing = ['ok 1 - first', '1..1', '# { total: 1, pass: 1 }']
  const last = (ending: string | undefined, ...lines: string[]) => {
    const { failed, lines: printed } = read('c.test.ts', ending, ...lines)
    return { failed, last: printed.at(-1)?.trim() }
  }
  t.same(last('killed by SIGKILL', 'ok 1 - first'), { failed: 1, last: 'killed by SIGKILL' })
  t.same(last(undefined, 'ok 1 - first'), { failed: 1, last: 'the file ended before its tests did' })
  t.same(last('exit code 7', ...passing), { failed: 1, last: 'exit code 7' })
  t.same(last(undefined), { failed: 1, last: 'the file ended before its tests did' })
  t.same(read('c.test.ts', undefined, ...passing).failed, 0)
})

void t.test('a file whose tool is missing is skipped, unless it crashed or ran a test', async (t) => {
  const plan = ['TAP version 14', '1..0 # PgBouncer is not installed', '# { total: 0, pass: 0 }']
  const skipped = {
    passed: 0,
    failed: 0,
    skipped: 1,
    lines: ['skipped d.test.ts  PgBouncer is not installed']
  }
  t.same(read('d.test.ts', undefined, ...plan), skipped)
  t.match(read('d.test.ts', 'killed by SIGKILL', ...plan), { failed: 1, skipped: 0 })
  t.match(read('d.test.ts', undefined, 'not ok 1 - first', ...plan), { failed: 1, skipped: 0 })
  const inside = read('d.test.ts', undefined, '# Subtest: a', '    1..0 # no tool', 'ok 1 - a', '1..1')
  t.match(inside, { failed: 1, skipped: 0 }, 'a subtest without tests skips no file')
})

void t.test('details that YAML cannot represent are shown as text', async (t) => {
  const { failed, lines } = read(
    'c.test.ts',
    undefined,
    'not ok 1 - refused',
    '  ---',
    '  body: !function |-',
    '    "body"',
    '    ()=>1',
    '  ...',
    '1..1',
    '# { total: 1, fail: 1 }'
  )
  t.equal(failed, 1)
  t.match(lines.join('\n'), /body: .*1/)
})
