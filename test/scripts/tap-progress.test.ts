import t from 'tap'
import { TapProgress } from '../../scripts/test/tap-progress.js'

function read(...lines: string[]) {
  const printed: string[] = []
  const progress = new TapProgress((line) => printed.push(line))
  for (const line of lines) progress.read(line)
  return { printed, totals: progress.totals }
}

void t.test('a file that passes is one line', async (t) => {
  const { printed, totals } = read(
    '# Subtest: a.test.ts',
    '    # Subtest: works',
    '        ok 1 - first',
    '        ok 2 - second # SKIP not here',
    '        1..2',
    '    ok 1 - works # time=2ms',
    '    1..1',
    'ok 1 - a.test.ts # time=5ms',
    '# { total: 2, pass: 1, skip: 1 }'
  )
  t.same(printed, ['ok     a.test.ts  2 assertions, 5ms'])
  t.same(totals, { passed: 1, failed: 0 })
})

void t.test('a failure is shown with its path and its details', async (t) => {
  const { printed, totals } = read(
    '# Subtest: b.test.ts',
    '    # Subtest: breaks',
    '        not ok 1 - should be equal',
    '          ---',
    '          source: |',
    '            ok 1 - looks like a point',
    '          ...',
    '        not ok 2 - later # TODO',
    '        1..2',
    '    not ok 1 - breaks # time=2ms',
    '      ---',
    '      at: here',
    '      ...',
    'not ok 1 - b.test.ts # time=5ms',
    '  ---',
    '  exitCode: 1',
    '  ...',
    '# { total: 2, pass: 0, fail: 1, todo: 1 }'
  )
  t.same(printed, [
    '✗ b.test.ts > breaks > should be equal',
    '    source: |',
    '      ok 1 - looks like a point',
    'FAILED b.test.ts  2 assertions, 5ms'
  ])
  t.same(totals, { passed: 0, failed: 1 })
})

void t.test('a file that crashes tells how', async (t) => {
  const { printed } = read(
    '# Subtest: c.test.ts',
    '    1..0 # no tests found',
    'not ok 1 - c.test.ts # time=5ms',
    '  ---',
    '  signal: SIGKILL',
    '  ...'
  )
  t.same(printed, ['FAILED c.test.ts  0 assertions, 5ms', '    signal: SIGKILL'])
})
