import t from 'tap'
import { fileOf, run } from './run-test-files.js'

void t.test('files share a process, and each has its own root test', async (t) => {
  const { totals, seen } = await run(t, [
    fileOf('passes'),
    { ...fileOf('passes'), tenancy: 'schema' },
    { ...fileOf('passes'), alone: true },
    fileOf('passes')
  ])
  t.same(totals, { passed: 4, failed: 0, skipped: 0 })
  const [alone, , first, , second, , third] = seen()
  t.match(first, /^\d+ -$/)
  t.equal(second, `${first?.split(' ', 1)[0]} schema`, 'the tenancy strategy of the file is used')
  t.equal(third, first)
  t.not(alone, first, 'this file had its own process')
  t.equal(seen().filter((line) => line === 'teardown').length, 4)
})

void t.test('a file with a process of its own may change it', async (t) => {
  const { totals } = await run(t, [{ ...fileOf('sets-a-variable'), alone: true }])
  t.same(totals, { passed: 1, failed: 0, skipped: 0 })
})

void t.test('--bail stops at the first file that fails', async (t) => {
  const { totals } = await run(t, [fileOf('fails'), fileOf('passes')], { bail: true })
  t.same(totals, { passed: 1, failed: 1, skipped: 0 })
})
