// Tests when a part sink sends and acknowledges parts while bytes arrive, on a fake storage.
import t from 'tap'
import type { UploadSession } from '../../db/tenant/upload-sessions-repository.js'
import type { TenantStore } from '../../db/tenant/store.js'
import type { PartPieces } from '../../plugins/storage/pieces.js'
import { HeldSession } from '../../src/services/resumable/held-session.js'
import { PartSink } from '../../src/services/resumable/part-sink.js'
import { content, MIB } from './tus.js'

const WRITE = 64 * 1024
const PART = MIB
const failure = new Error('The storage has refused a part')

interface Options {
  partSize?: number
  length?: number
  /** Whether another writer has taken the session over. */
  isLost?: () => boolean
}

/** A part sink, the events of its storage and session, and what they have. Parts are stored when `store` is called. */
function start({ partSize = PART, length, isLost = () => false }: Options = {}) {
  const events: string[] = []
  const parts = new Map<number, Buffer>()
  /** The memory of the parts that were sent. */
  const memories = new Set<ArrayBufferLike>()
  const rows: { at: number; bytes: Buffer }[] = []
  const pending: { resolve: () => void; reject: (error: Error) => void }[] = []
  const pieces = {
    kind: 'parts',
    begin: () => Promise.resolve('upload'),
    async put(_key: string, _id: string, number: number, body: Buffer) {
      events.push(`sends ${number}`)
      memories.add(body.buffer)
      await new Promise<void>((resolve, reject) => pending.push({ resolve, reject }))
      parts.set(number, Buffer.from(body))
      events.push(`stored ${number}`)
    }
  } as unknown as PartPieces
  const saved = (offset: number) => {
    if (isLost()) return Promise.resolve(null)
    events.push(`saved ${offset}`)
    return Promise.resolve({ expiresAt: null })
  }
  const store = {
    uploadSessions: {
      save: (_session: unknown, offset: number) => saved(offset),
      saveLast: (_session: unknown, offset: number) => saved(offset),
      saveTail(_session: unknown, at: number, bytes: Buffer) {
        rows.push({ at, bytes })
        return saved(at + bytes.length)
      },
      readTail: (_id: string, from: number) => Promise.resolve(rows.filter(({ at }) => at >= from)),
      setMultipart: () => Promise.resolve({ outcome: 'set' }),
      release: () => Promise.resolve(void events.push('released'))
    }
  } as unknown as TenantStore
  const row = {
    ...{ upload_offset: 0, upload_length: length ?? null, s3_path: 'key' },
    ...{ part_size: partSize, multipart_id: null }
  } as UploadSession
  const session = new HeldSession(row, { withStore: (work) => work(store), lifetime: 60 })
  const sink = new PartSink(pieces, session, false)
  const write = async (bytes: Buffer, size = WRITE) => {
    for (let at = 0; at < bytes.length; at += size) await sink.write(bytes.subarray(at, at + size))
  }
  const answer = (error?: Error) => {
    const next = pending.shift()
    if (error === undefined) next?.resolve()
    else next?.reject(error)
  }
  return { sink, row, events, parts, memories, rows, write, answer, pending }
}

/** Answers every part as soon as it is sent, until `work` is done. */
async function answering<T>({ pending, answer }: ReturnType<typeof start>, work: Promise<T>): Promise<T> {
  let done = false as boolean
  void work.then(
    () => (done = true),
    () => (done = true)
  )
  while (!done) {
    if (pending.length > 0) answer()
    await new Promise(setImmediate)
  }
  return work
}

t.test('the next part fills while one is sent, and a third waits', async (t) => {
  const started = start()
  const { write, events, parts, answer } = started
  const bytes = content(3 * PART)
  await write(bytes.subarray(0, 2 * PART - WRITE))
  t.same(events, ['sends 1'], 'most of the second part has been taken')
  let isTaken = false as boolean
  const second = write(bytes.subarray(2 * PART - WRITE, 2 * PART)).then(() => (isTaken = true))
  await new Promise(setImmediate)
  t.equal(isTaken, false, 'the second is full and the first is not stored yet')
  answer()
  await second
  t.same(events, ['sends 1', 'stored 1', `saved ${PART}`, 'sends 2'], 'acknowledged before the next is sent')
  await answering(started, write(bytes.subarray(2 * PART)))
  await answering(started, started.sink.end())
  t.ok(Buffer.concat([...parts.values()]).equals(bytes))
  t.same(events.slice(-2), ['stored 3', `saved ${3 * PART}`], 'the last part is acknowledged with the end')
})

t.test('a save waits for the part that is sent, and keeps the bytes after it as rows', async (t) => {
  const { sink, write, events, rows, row, answer } = start()
  const bytes = content(PART + 100_000)
  await write(bytes)
  const save = sink.save()
  await new Promise(setImmediate)
  t.equal(row.upload_offset, 0, 'nothing is acknowledged before the storage has it')
  answer()
  await save
  t.same(events, ['sends 1', 'stored 1', `saved ${PART}`, `saved ${PART + 100_000}`])
  t.same(rows, [{ at: PART, bytes: bytes.subarray(PART) }])
})

t.test('a part that was refused is not forgotten, and nothing after it is acknowledged', async (t) => {
  for (const next of ['write', 'save', 'end'] as const) {
    const { sink, write, events, answer } = start({ length: 2 * PART })
    await write(content(PART))
    answer(failure)
    await new Promise(setImmediate)
    const after = { write: () => write(content(PART)), save: () => sink.save(), end: () => sink.end() }
    await t.rejects(after[next](), failure, next)
    await sink.close()
    t.same(events, ['sends 1'])
  }
})

t.test('a writer that was replaced sends no other part', async (t) => {
  let lost = false
  const { write, events, answer } = start({ isLost: () => lost })
  await write(content(2 * PART - WRITE))
  lost = true
  answer()
  await t.rejects(write(content(WRITE)), { code: 'UPLOAD_INTERRUPTED' })
  t.same(events, ['sends 1', 'stored 1'])
})

t.test('the last part is stored, whether it is short or whole', async (t) => {
  for (const length of [2 * PART, 2 * PART + 1, PART - 1]) {
    const started = start({ length })
    const bytes = content(length)
    await answering(started, started.write(bytes))
    await answering(started, started.sink.end())
    t.ok(Buffer.concat([...started.parts.values()]).equals(bytes), `${length} bytes`)
    t.equal(started.parts.size, Math.ceil(length / PART), 'no empty part')
    t.equal(started.row.upload_offset, length)
    t.same(started.rows, [])
  }
})

t.test('two pieces of memory are enough for any number of parts', async (t) => {
  const started = start()
  await answering(started, started.write(Buffer.alloc(6 * PART), 30_000))
  t.equal(started.memories.size, 2)
})

t.test('of very large parts, only one is held', async (t) => {
  const { write, answer } = start({ partSize: 65 * MIB })
  let isTaken = false as boolean
  const whole = write(Buffer.alloc(65 * MIB), MIB).then(() => (isTaken = true))
  for (let turns = 0; turns < 300; turns++) await new Promise(setImmediate)
  t.equal(isTaken, false, 'it waits until the part is stored')
  answer()
  await whole
})

t.test('closing waits for the part that is sent', async (t) => {
  const { sink, write, answer, events } = start()
  await write(content(PART))
  const closed = sink.close().then(() => events.push('closed'))
  await new Promise(setImmediate)
  answer()
  await closed
  t.same(events, ['sends 1', 'stored 1', 'closed'])
})
