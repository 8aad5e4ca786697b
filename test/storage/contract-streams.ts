import { createHash } from 'node:crypto'
import type { Test } from 'tap'
import { AppError } from '../../core/errors.js'
import type { ObjectStorage } from '../../plugins/storage/object-storage.js'
import { until } from '../helpers/until.js'
import { bytes, failing, MIB, newKey, read, rejection, stalling, streamOf } from './bytes.js'

/** The S3 driver's part size. The disk driver has no parts, and must behave the same. */
const PART = 8 * MIB
const MOST_GROWTH = 150 * MIB

/** The part of the contract about streams. `leftovers` lists what unfinished uploads of a key left behind. */
export async function streamContract(
  t: Test,
  storage: ObjectStorage,
  leftovers: (key: string) => Promise<string[]>,
  options: { measureMemory: boolean }
): Promise<void> {
  async function isGone(t: Test, key: string): Promise<void> {
    t.equal(await storage.stat(key), null, 'no size')
    t.equal(await storage.get(key), null, 'no bytes')
    // A part whose request was cut off may still arrive, and recreate the upload that was just aborted.
    await until(async () => {
      await storage.delete(key)
      return (await leftovers(key)).length === 0
    })
    t.pass('no leftovers')
  }

  await t.test('streams of every length come back byte by byte', async (t) => {
    for (const size of [0, 1, PART - 1, PART, PART + 1, 2 * PART, 20 * MIB + 7]) {
      const key = newKey()
      await storage.putStream(key, streamOf(size, 100_000))
      t.same(await storage.stat(key), { size }, `${size} bytes`)
      t.ok((await read(storage, key))?.equals(bytes(size)), 'every byte')
      t.same(await leftovers(key), [], 'nothing but the object')
      await storage.delete(key)
    }
  })

  await t.test('chunks may be empty, or larger than a part', async (t) => {
    const key = newKey()
    async function* odd() {
      yield* [Buffer.alloc(0), bytes(19 * MIB), Buffer.alloc(0), bytes(1, 19 * MIB)]
    }
    await storage.putStream(key, odd())
    t.ok((await read(storage, key))?.equals(bytes(19 * MIB + 1)))
    await storage.delete(key)
  })

  await t.test('a stream that fails rejects with its error and leaves nothing', async (t) => {
    for (const after of [0, 1, PART, PART + MIB, 2 * PART + 1, 3 * PART + MIB]) {
      const key = newKey()
      const error = new Error(`after ${after}`)
      t.equal(await rejection(storage.putStream(key, failing(after, error))), error)
      await isGone(t, key)
    }
  })

  await t.test('an aborted signal ends a write at once, with its reason', async (t) => {
    for (const after of [0, MIB, PART + MIB, 3 * PART]) {
      const key = newKey()
      const controller = new AbortController()
      const reason = new AppError('UPLOAD_INTERRUPTED')
      const body = stalling(after, () => controller.abort(reason))
      let stopped = false
      const source = {
        [Symbol.asyncIterator]: () => ({
          next: () => body.next(),
          return: async () => {
            stopped = true
            return { done: true as const, value: undefined }
          }
        })
      }
      t.equal(await rejection(storage.putStream(key, source, controller.signal)), reason)
      t.ok(stopped, 'the stream was stopped')
      await isGone(t, key)
    }
    const before = AbortSignal.abort(new Error('before'))
    await t.rejects(storage.put(newKey(), bytes(10), before), { message: 'before' })
    await t.rejects(storage.putStream(newKey(), streamOf(10), before), { message: 'before' })
  })

  await t.test('many writers work at once', async (t) => {
    const keys = Array.from({ length: 20 }, newKey)
    await Promise.all(keys.map((key, i) => storage.putStream(key, streamOf(1000 + i))))
    const bodies = await Promise.all(keys.map((key) => read(storage, key)))
    t.ok(bodies.every((body, i) => body?.equals(bytes(1000 + i))))
    await Promise.all(keys.map((key) => storage.delete(key)))
  })

  const skip = options.measureMemory ? false : 'the server keeps its objects in this process'
  await t.test('memory is bounded', { skip }, async (t) => {
    const key = newKey()
    const sent = createHash('sha256')
    const block = bytes(MIB)
    const before = process.memoryUsage().rss
    let peak = before
    async function* large() {
      for (let i = 0; i < 300; i++) {
        const chunk = Buffer.from(block)
        chunk.writeUInt32LE(i)
        sent.update(chunk)
        peak = Math.max(peak, process.memoryUsage().rss)
        yield chunk
      }
    }
    await storage.putStream(key, large())
    t.ok(peak - before < MOST_GROWTH, `grew by ${Math.round((peak - before) / MIB)} MiB for 300 MiB`)
    const stored = createHash('sha256')
    for await (const chunk of (await storage.get(key)) ?? []) stored.update(chunk as Buffer)
    t.equal(stored.digest('hex'), sent.digest('hex'))
    await storage.delete(key)
  })
}
