import { createHash, randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import t from 'tap'
import { HashThreads } from '../../plugins/hashing/hash-threads.js'
import { createHashing, type ContentHash } from '../../plugins/hashing/hashing.js'

const BLOCK = 256 * 1024

const identity = (bytes: Buffer) => ({
  md5Hash: createHash('md5').update(bytes).digest('hex'),
  sha256: createHash('sha256').update(bytes).digest('hex'),
  fileSize: bytes.length
})

/** Updates the hash in pieces that cycle through these sizes. */
async function pass(hash: ContentHash, bytes: Buffer, sizes: number[]): Promise<void> {
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? 1
    await hash.update(bytes.subarray(at, at + size))
    at += size
  }
}

void t.test('content of every length is hashed correctly', async (t) => {
  const hashing = createHashing()
  const edges = [128 * 1024, BLOCK, 2 * BLOCK, 10 * BLOCK].flatMap((edge) => [edge - 1, edge, edge + 1])
  for (const size of [0, 1, ...edges, 7_000_001]) {
    const bytes = randomBytes(size)
    const hash = hashing.start()
    await pass(hash, bytes, [65_536, 1_000_000, 17])
    t.equal(hash.fileSize, size)
    t.same(await hash.digest(), identity(bytes), `${size} bytes`)
    hash.discard()
  }
  // Small pieces, as from a client that is slow all the time, at first, or at the end.
  for (const sizes of [[5_000], [...Array<number>(200).fill(5_000), 100_000], [300_000, 1_000, 1_000]]) {
    const bytes = randomBytes(2_345_678)
    const hash = hashing.start()
    await pass(hash, bytes, sizes)
    t.same(await hash.digest(), identity(bytes), `${sizes[0]} bytes and so on`)
  }
  await hashing.close()
})

void t.test('concurrent hashes are kept apart, even if some are discarded', async (t) => {
  const hashing = createHashing()
  const work = Array.from({ length: 30 }, async (_, n) => {
    const bytes = randomBytes(1_000_000 + n * 100_000)
    const hash = hashing.start()
    await pass(hash, n % 3 === 0 ? bytes.subarray(0, 900_000) : bytes, [65_536, 30_000])
    if (n % 3 === 0) {
      hash.discard()
      hash.discard()
    } else {
      t.same(await hash.digest(), identity(bytes))
    }
  })
  await Promise.all(work)
  await hashing.close()
})

void t.test('a writer faster than the thread waits for it', async (t) => {
  const threads = new HashThreads()
  const hash = threads.start()
  const chunk = Buffer.alloc(BLOCK, 'a')
  const waits = []
  for (let n = 0; n < 64; n++) {
    const behind = hash.update([chunk])
    waits.push(behind !== undefined)
    await behind
  }
  t.ok(
    waits.slice(0, 16).every((waited) => !waited),
    'four megabytes may be queued'
  )
  t.ok(waits.includes(true), 'a writer with much more has to wait')
  t.same(await hash.digest(), identity(Buffer.alloc(64 * BLOCK, 'a')))
  await threads.close()
})

void t.test(
  'writers that share a thread wait sooner, so that they do not hold four megabytes each',
  async (t) => {
    const threads = new HashThreads()
    // Five for each of the threads that there can be.
    const hashes = Array.from({ length: 20 }, () => threads.start())
    const block = Buffer.alloc(BLOCK, 'a')
    const send = (blocks: number) => hashes.map((hash) => hash.update(Array<Buffer>(blocks).fill(block)))
    t.ok(
      send(4).every((wait) => wait === undefined),
      'each may queue a megabyte'
    )
    const waits = send(1)
    t.notOk(waits.includes(undefined), 'each waits after the next block')
    for (const wait of waits) await wait
    const expected = identity(Buffer.alloc(5 * BLOCK, 'a'))
    for (const hash of hashes) t.same(await hash.digest(), expected)
    await threads.close()
  }
)

void t.test('content may arrive byte by byte', async (t) => {
  const hashing = createHashing()
  const hash = hashing.start()
  const bytes = randomBytes(200_000)
  await pass(hash, bytes, [1])
  t.same(await hash.digest(), identity(bytes))
  await hashing.close()
})

void t.test('discarding content ends the waits for it', async (t) => {
  const threads = new HashThreads()
  const hash = threads.start()
  const waiting = hash.update([Buffer.alloc(20 * BLOCK)])
  t.ok(waiting)
  hash.discard()
  await waiting
  t.equal(hash.update([Buffer.alloc(20 * BLOCK)]), undefined, 'later bytes are ignored')
  await t.rejects(hash.digest(), { message: 'This content was discarded' })
  await threads.close()
})

void t.test('a thread that ends fails its content, and the next content gets a new thread', async (t) => {
  const workers: Worker[] = []
  process.on('worker', (worker: Worker) => workers.push(worker))
  const threads = new HashThreads()
  const lost = threads.start()
  await lost.update([Buffer.alloc(BLOCK)])
  await setImmediate()
  t.equal(workers.length, 1)
  await workers[0]?.terminate()
  await t.rejects(lost.digest(), { message: 'The hashing thread has ended' })
  t.throws(() => lost.update([Buffer.alloc(BLOCK)]), { message: 'The hashing thread has ended' })
  // As many hashes as there can be threads.
  for (let n = 0; n < 4; n++) {
    const hash = threads.start()
    await hash.update([Buffer.from('abc')])
    t.same(await hash.digest(), identity(Buffer.from('abc')))
  }
  await threads.close()
})
