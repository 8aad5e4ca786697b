import { once } from 'node:events'
import { Readable } from 'node:stream'
import { mock } from 'node:test'
import t from 'tap'
import { createHashing } from '../../plugins/hashing/hashing.js'
import type { TenantStorage } from '../../plugins/storage/tenant-storage.js'
import { objectBytes, SILENCE_MS } from '../../src/services/files/object-bytes.js'
import { readObject } from '../../src/services/files/read-content.js'
import { rejection } from '../storage/bytes.js'

const hashing = createHashing()
t.teardown(() => hashing.close())
t.beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
t.afterEach(() => mock.timers.reset())

/** A connection that stays open: it delivers the chunks, and then nothing. */
function silentAfter(...chunks: string[]) {
  const stream = new Readable({
    read() {
      const next = chunks.shift()
      if (next === undefined) this.emit('silent')
      else this.push(next)
    }
  })
  return { stream, silent: once(stream, 'silent'), closed: once(stream, 'close').catch(() => undefined) }
}

t.test('a read ends when the storage falls silent, and gives its connection back', async (t) => {
  const { stream, silent, closed } = silentAfter('some bytes')
  const storage = { get: async () => Promise.resolve(stream) } as Partial<TenantStorage> as TenantStorage
  const reading = rejection(readObject(storage, 'key', hashing, new AbortController().signal))
  await silent
  await new Promise(setImmediate)
  mock.timers.tick(SILENCE_MS)
  t.match(await reading, { code: 'STORAGE_UNAVAILABLE' })
  await closed
})

t.test('a read that is aborted gives its connection back', async (t) => {
  const { stream, silent, closed } = silentAfter()
  const stop = new AbortController()
  const storage = { get: async () => Promise.resolve(stream) } as Partial<TenantStorage> as TenantStorage
  const reading = rejection(readObject(storage, 'key', hashing, stop.signal))
  await silent
  const reason = new Error('stopped')
  stop.abort(reason)
  t.equal(await reading, reason)
  await closed
})

t.test('only the silence of the storage counts, not the time that its reader takes', async (t) => {
  const { stream, silent } = silentAfter('one', 'two')
  const chunks = objectBytes(stream, new AbortController().signal)
  t.equal(String((await chunks.next()).value), 'one')
  await silent
  mock.timers.tick(2 * SILENCE_MS)
  t.equal(String((await chunks.next()).value), 'two')
  const last = chunks.next()
  mock.timers.tick(SILENCE_MS - 1)
  stream.push('three')
  t.equal(String((await last).value), 'three')
})
