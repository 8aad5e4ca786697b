import t from 'tap'
import { checkMany } from './many-objects.js'

const tail = (key: string) => Number(key.slice(-12))

void t.test('rows and objects are compared both ways, across pages', async (t) => {
  const { findings, counts } = await checkMany({
    count: 5_000,
    hasRow: (n) => n % 1000 !== 3,
    hasObject: (n) => n % 1000 !== 999,
    sizeOf: (n) => (n % 1000 === 500 ? 2 : 1)
  })
  t.same(
    findings.map(({ kind, key }) => `${tail(key)} ${kind}`),
    [0, 1, 2, 3, 4].flatMap((thousand) => [
      `${thousand * 1000 + 3} stray object`,
      `${thousand * 1000 + 500} wrong size`,
      `${thousand * 1000 + 999} missing`
    ])
  )
  t.match(counts, { files: 4_995, objects: 4_995 })
})

void t.test("findings do not depend on the storage's listing order", async (t) => {
  const { findings } = await checkMany({
    count: 50,
    hasRow: (n) => n !== 3,
    hasObject: (n) => n !== 40,
    sizeOf: (n) => (n === 20 ? 2 : 1),
    backwards: true
  })
  t.same(findings.map(({ kind, key }) => `${tail(key)} ${kind}`).sort(), [
    '20 wrong size',
    '3 stray object',
    '40 missing'
  ])
})

void t.test('empty storages, and storages with only rows or only objects, are checked', async (t) => {
  const all = { count: 3, sizeOf: () => 1, hasRow: () => true, hasObject: () => true }
  t.same((await checkMany({ ...all, count: 0 })).findings, [])
  t.same((await checkMany(all)).findings, [])
  t.equal((await checkMany({ ...all, hasRow: () => false })).findings.length, 3)
  t.equal((await checkMany({ ...all, hasObject: () => false })).findings.length, 3)
})
