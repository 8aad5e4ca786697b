// Needs a process of its own: it measures memory.
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { filesBelow } from '../../plugins/storage/disk-listing.js'
import { checkMany } from './many-objects.js'

const MIB = 1024 * 1024

void t.test('three million rows and objects are checked in constant memory', async (t) => {
  const settings = {
    hasRow: (n: number) => n !== 77,
    hasObject: (n: number) => n !== 2_000_000,
    sizeOf: () => 1
  }
  await checkMany({ ...settings, count: 100_000 })
  const { findings, counts, rssGrowth } = await checkMany({ ...settings, count: 3_000_000 })
  t.same(
    findings.map(({ kind }) => kind),
    ['stray object', 'missing']
  )
  t.match(counts, { files: 2_999_999, objects: 2_999_999 })
  t.comment(`RSS grew by ${(rssGrowth / MIB).toFixed(0)} MiB`)
  t.ok(rssGrowth < 64 * MIB)
})

void t.test(
  'a folder of 250,000 files, which are not all in memory at once, is listed in order',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'strongroom-listing-'))
    t.teardown(() => rm(folder, { recursive: true }))
    const count = 250_000
    for (let n = 0; n < count; n++)
      await (await open(join(folder, ((n * 7919) % count).toString(36)), 'w')).close()
    let found = 0
    let last = ''
    for await (const { path } of filesBelow(folder)) {
      if (path <= last) t.fail(`${path} after ${last}`)
      last = path
      found += 1
    }
    t.equal(found, count)
  }
)
