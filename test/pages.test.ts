import t from 'tap'
import { inPages } from '../core/pages.js'
import { isUuid, isWrittenUuid } from '../core/uuid.js'

void t.test('every row comes once, wherever pages end', async (t) => {
  for (const rows of [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]) {
    const asked: number[] = []
    const load = async (after: number, limit: number) => {
      asked.push(after)
      return rows.filter((row) => row > after).slice(0, limit)
    }
    const seen: number[] = []
    for await (const row of inPages(load, (row) => row, 0, 2)) seen.push(row)
    t.same(seen, rows)
    t.equal(asked.length, Math.floor(rows.length / 2) + 1, 'a page that is not full is the last')
  }
})

void t.test('a UUID consists of hyphens and hexadecimal digits only', async (t) => {
  const id = '5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11'
  t.ok(isUuid(id) && isWrittenUuid(id))
  t.ok(isUuid(id.toUpperCase()) && !isWrittenUuid(id.toUpperCase()))
  for (const wrong of [
    '',
    `${id}\n`,
    ` ${id}`,
    `urn:uuid:${id}`,
    id.replaceAll('-', ''),
    id.replace('5', 'g')
  ])
    t.notOk(isUuid(wrong) || isWrittenUuid(wrong), JSON.stringify(wrong))
})
