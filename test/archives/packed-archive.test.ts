// Needs a process of its own: it measures memory.
import { PassThrough, Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t, { type Test } from 'tap'
import { toStream } from '../../scripts/tenants/export.js'
import { createPackedArchive } from '../../src/services/archives/packed-archive.js'
import { createSpool } from '../../src/services/archives/spool.js'

const CHUNK = Buffer.alloc(16 * 1024)
const CHUNKS = 20_000
/** Until then, the heap still grows by what any work of this kind takes. */
const WARM = 5_000
/** Bytes of heap for each chunk. A promise that stays takes hundreds. */
const MOST_KEPT = 50

async function start(t: Test) {
  const sums = await createSpool()
  t.teardown(() => sums.close())
  return createPackedArchive(sums, new Date())
}

void t.test('neither packing nor writing to a stream keeps anything of a chunk', async (t) => {
  const archive = await start(t)
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const heap: number[] = []
  async function* content() {
    for (let n = 0; n < CHUNKS; n++) {
      yield CHUNK
      if (n !== WARM && n !== CHUNKS - 1) continue
      collectGarbage()
      heap.push(process.memoryUsage().heapUsed)
    }
  }
  let drains = 0
  const full = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => void setImmediate(done)
  })
  full.on('drain', () => (drains += 1))
  const reading = toStream(full)(archive.chunks())
  await archive.add('large', CHUNKS * CHUNK.length, content())
  archive.finalize()
  await reading
  t.ok(drains >= CHUNKS, 'every chunk waited')
  const [before = 0, after = 0] = heap
  const kept = (after - before) / (CHUNKS - 1 - WARM)
  t.ok(kept < MOST_KEPT, `kept ${Math.round(kept)} bytes for each chunk`)
})

void t.test('an archive that is destroyed while content is awaited stops the entry', async (t) => {
  const archive = await start(t)
  async function* content() {
    yield CHUNK
    archive.destroy(new Error('the disk is full'))
    await nextTurn()
    yield CHUNK
  }
  const reader = new PassThrough().resume()
  const reading = t.rejects(toStream(reader)(archive.chunks()), { message: 'the disk is full' })
  await t.rejects(archive.add('cut off', 2 * CHUNK.length, content()), { message: 'the disk is full' })
  await reading
  await t.rejects(archive.addBytes('next', CHUNK), { message: /destroyed/ })
})

void t.test('a stream that fails while a chunk is awaited ends the writing', async (t) => {
  const broken = new Writable({ write: (_chunk, _encoding, done) => done() })
  async function* chunks() {
    yield CHUNK
    broken.destroy(new Error('EPIPE'))
    await nextTurn()
    yield CHUNK
  }
  await t.rejects(toStream(broken)(chunks()), { message: 'EPIPE' })
})
