// Tests when a file sink syncs and saves while bytes arrive, on a fake disk.
import t from 'tap'
import type { UploadSession } from '../../db/tenant/upload-sessions-repository.js'
import type { TenantStore } from '../../db/tenant/store.js'
import type { FilePieces } from '../../plugins/storage/pieces.js'
import { openFileSink } from '../../src/services/resumable/file-sink.js'
import { HeldSession } from '../../src/services/resumable/held-session.js'
import { content, MIB } from './tus.js'

const WRITE = 64 * 1024
const failure = new Error('The disk has lost something')

/**
 * A file sink, the events of its file and session, and the file's bytes.
 * @param failing the numbers of the syncs that fail, counted from 1
 */
async function start(failing: number[] = []) {
  const events: string[] = []
  const file = Buffer.alloc(12 * MIB)
  let syncs = 0
  const pieces: FilePieces = {
    kind: 'file',
    open: () =>
      Promise.resolve({
        write: (bytes: Buffer, position: number) => Promise.resolve(void bytes.copy(file, position)),
        async sync() {
          events.push('sync')
          syncs += 1
          if (failing.includes(syncs)) throw failure
        },
        close: () => Promise.resolve(void events.push('close'))
      }),
    publish: () => Promise.resolve(),
    discard: () => Promise.resolve()
  }
  const save = (_session: unknown, offset: number) => {
    events.push(`saved ${offset / MIB} MiB`)
    return Promise.resolve({ expiresAt: null })
  }
  const store = { uploadSessions: { save, saveLast: save } } as unknown as TenantStore
  const row = { upload_offset: 0, s3_path: 'key' } as UploadSession
  const session = new HeldSession(row, { withStore: (work) => work(store), lifetime: 60 })
  const sink = await openFileSink(pieces, session, false)
  const write = async (bytes: Buffer, size = WRITE) => {
    for (let at = 0; at < bytes.length; at += size) await sink.write(bytes.subarray(at, at + size))
  }
  return { sink, events, file, write }
}

t.test('syncs begin while bytes arrive, and bytes are on disk before they are acknowledged', async (t) => {
  const { sink, events, write } = await start()
  await write(Buffer.alloc(11 * MIB))
  await sink.end()
  const ahead = ['sync', 'sync', 'sync', 'sync']
  t.same(events, [...ahead, 'sync', 'saved 8 MiB', 'sync', 'sync', 'close', 'saved 11 MiB'])
})

t.test('a failed sync is not forgotten, even if the next one succeeds', async (t) => {
  const { sink, events, write } = await start([1])
  await write(Buffer.alloc(3 * MIB))
  await t.rejects(sink.save(), failure)
  await sink.close()
  t.same(events, ['sync', 'close'], 'nothing was acknowledged')
})

t.test('chunks of any size arrive in order', async (t) => {
  const bytes = content(3 * MIB + 5)
  for (const size of [1_000, 5_000, 16_384, 65_536, 300_000, MIB]) {
    const { sink, file, write } = await start()
    await write(bytes, size)
    await sink.end()
    t.ok(file.subarray(0, bytes.length).equals(bytes), `${size} bytes at a time`)
  }
})
