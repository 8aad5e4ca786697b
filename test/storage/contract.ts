import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { contentDisposition, safeDownload } from '../../core/download-headers.js'
import type { DownloadOptions, ObjectStorage } from '../../plugins/storage/object-storage.js'
import { until } from '../helpers/until.js'
import { bytes, MIB, newKey, read, rejection, streamOf } from './bytes.js'
import { streamContract } from './contract-streams.js'

export interface Harness {
  storage: ObjectStorage
  /** The same driver with a storage that cannot be reached. */
  unreachable: ObjectStorage
  /** Lists what unfinished uploads of this key left behind; absent if the server cannot list it. */
  leftovers?: (key: string) => Promise<string[]>
}

/** Known deviations of a server. */
export interface Quirks {
  /** Ignores the response headers in a signed URL. */
  ignoresResponseHeaders?: boolean
  /** Computes a wrong signature for URLs with an apostrophe or an asterisk, and so for every non-ASCII name. */
  plainNamesOnly?: boolean
  /** Answers the range 0-0 with the whole object. */
  noFirstByte?: boolean
  /** Lists in an order of its own, which is right only for the keys that the application creates. */
  ownOrder?: boolean
  /** Keeps objects in this process, so that memory growth says nothing about the driver. */
  inMemory?: boolean
}

const NAMES = [
  ...['report.pdf', 'two words.txt', 'a+b=c&d;e,f#g?.txt', '', '\ud800', 'x\r\nSet-Cookie: a=b'],
  ...['naïve “quotes”.pdf', '日本語 🗄️.txt', `it's (1) *new* 100%.txt`, 'a"b\\c/d.txt']
]
const FORMS: Pick<DownloadOptions, 'mimeType' | 'charset' | 'disposition'>[] = [
  { mimeType: 'application/pdf', disposition: 'inline' },
  { mimeType: 'text/html', disposition: 'inline' },
  { mimeType: 'text/plain', charset: 'windows-1252', disposition: 'attachment' }
]
const NO_KEYS = [
  ...[
    '',
    'a',
    'tenants',
    'tenants/',
    'tenants//a',
    'tenants/../a',
    'tenants/a/..',
    'tenants/a/',
    '/tenants/a'
  ],
  ...[
    'tenants/a\0',
    'tenants/a\n',
    'tenants/a\\..\\b',
    'tenants/a b',
    'tenants/.hidden',
    'tenants/a%2e',
    'tenants/ä'
  ],
  ...[`tenants/${'a'.repeat(500)}`, '.tmp/ping']
]

/** Checks one driver for everything that both promise. */
export function storageContract(
  t: Test,
  name: string,
  setUp: (t: Test) => Promise<Harness>,
  quirks: Quirks = {}
): void {
  void t.test(name, async (t) => {
    const { storage, unreachable, leftovers } = await setUp(t)

    await t.test('an object can be written, read, measured and deleted', async (t) => {
      for (const size of [0, 1, 70_000]) {
        const key = newKey()
        await storage.put(key, bytes(size))
        t.same(await storage.stat(key), { size })
        t.ok((await read(storage, key))?.equals(bytes(size)), `${size} bytes`)
        await storage.delete(key)
        t.equal(await storage.stat(key), null)
        t.equal(await storage.get(key), null)
        await storage.delete(key)
      }
      await storage.ping()
    })

    await t.test('missing keys are null, and deleting them succeeds', async (t) => {
      const key = newKey()
      t.equal(await storage.stat(key), null)
      t.equal(await storage.get(key), null)
      t.equal(await storage.get(key, { start: 0, end: 1 }), null)
      await storage.delete(key)
    })

    await t.test('ranges', async (t) => {
      const key = newKey()
      const body = bytes(100_000)
      await storage.put(key, body)
      const ranges = [
        { start: 99_999, end: 99_999 },
        { start: 10, end: 70_000 },
        { start: 0, end: 99_999 },
        ...(quirks.noFirstByte ? [] : [{ start: 0, end: 0 }])
      ]
      for (const range of ranges) {
        const part = await read(storage, key, range)
        t.ok(part?.equals(body.subarray(range.start, range.end + 1)), JSON.stringify(range))
      }
      await t.rejects(storage.get(key, { start: 100_000, end: 100_001 }), { code: 'RANGE_NOT_SATISFIABLE' })
      await storage.delete(key)
    })

    await t.test('a stream that is not read to its end can be destroyed', async (t) => {
      const key = newKey()
      await storage.put(key, bytes(5 * MIB))
      const stream = await storage.get(key)
      stream?.destroy()
      t.ok((await read(storage, key))?.equals(bytes(5 * MIB)))
      await storage.delete(key)
    })

    await t.test('the last writer wins', async (t) => {
      const key = newKey()
      await storage.putStream(key, streamOf(9 * MIB))
      await storage.put(key, Buffer.from('short'))
      t.equal(String(await read(storage, key)), 'short')
      await storage.delete(key)
      t.equal(await storage.stat(key), null)
    })

    await t.test('invalid keys are refused as programming errors', async (t) => {
      const options: DownloadOptions = { filename: 'x', mimeType: 'a/b', disposition: 'inline', expiresIn: 1 }
      for (const key of NO_KEYS) {
        await t.rejects(storage.put(key, bytes(1)), TypeError, JSON.stringify(key))
        await t.rejects(storage.putStream(key, streamOf(1)), TypeError)
        await t.rejects(storage.get(key), TypeError)
        await t.rejects(storage.stat(key), TypeError)
        await t.rejects(storage.delete(key), TypeError)
        await t.rejects(storage.signDownload(key, options), TypeError)
      }
    })

    await t.test('objects are listed in the order of their keys', async (t) => {
      const tenant = `tenants/${randomUUID()}`
      const names = [
        'a',
        'a-b',
        'a.b/c',
        'a0',
        'b/c/d',
        'b/c-d',
        'b-c',
        'A',
        '0_1',
        'b/c.d/e',
        'z/1',
        'z/10',
        'z/2'
      ]
      const keys = names.map((name) => `${tenant}/files/${name}`)
      // An object of a tenant whose id has the same prefix must not be listed.
      await storage.put(`${tenant}0/files/x`, bytes(1))
      for (const [index, key] of keys.entries()) await storage.put(key, bytes(index + 1))
      const listed: { key: string; size: number }[] = []
      for await (const object of storage.list(`${tenant}/`)) listed.push(object)
      const expected = keys.map((key, index) => ({ key, size: index + 1 }))
      const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1)
      t.same(quirks.ownOrder ? listed.sort(byKey) : listed, expected.sort(byKey))
      for await (const object of storage.list(`tenants/${randomUUID()}/`)) t.fail(`found ${object.key}`)
      for (const key of [...keys, `${tenant}0/files/x`]) await storage.delete(key)
      for await (const object of storage.list(`${tenant}/`)) t.fail(`still there: ${object.key}`)
      const failing = (async () => {
        for await (const object of unreachable.list(`${tenant}/`)) t.fail(`found ${object.key}`)
      })()
      t.match(await rejection(failing), { code: 'STORAGE_UNAVAILABLE' })
    })

    await t.test('keys that the application creates are listed in order', async (t) => {
      const tenant = `tenants/${randomUUID()}`
      const ids = Array.from({ length: 30 }, () => randomUUID())
      const keys = ids.map(
        (id, n) =>
          `${tenant}/files/2026/${n % 2 === 0 ? '09' : '10'}/${id}${n % 3 === 0 ? `_${'0'.repeat(32)}` : ''}`
      )
      await Promise.all(keys.map((key) => storage.put(key, bytes(1))))
      const listed: string[] = []
      for await (const { key } of storage.list(`${tenant}/`)) listed.push(key)
      t.same(listed, keys.sort())
      await Promise.all(keys.map((key) => storage.delete(key)))
    })

    await t.test('unfinished uploads are listed if the storage can', async (t) => {
      const key = newKey()
      const seen = async () => {
        const found: string[] = []
        for await (const unfinished of storage.listUnfinished(key.slice(0, 45))) found.push(unfinished)
        return found
      }
      const stop = new AbortController()
      let found: string[] = []
      // By the time the third part is requested, two have arrived.
      async function* body() {
        yield* streamOf(20 * MIB)
        found = await seen()
        stop.abort(new Error('seen'))
        yield bytes(1)
      }
      await t.rejects(storage.putStream(key, body(), stop.signal), { message: 'seen' })
      if (leftovers !== undefined) t.same(found, [key])
      // A part that was still arriving may recreate the upload (AWS, AbortMultipartUpload).
      await until(async () => {
        await storage.delete(key)
        return (await seen()).length === 0
      })
    })

    await t.test('a signed link downloads under any name', async (t) => {
      const key = newKey()
      await storage.put(key, bytes(1000))
      for (const filename of NAMES) {
        if (quirks.plainNamesOnly && contentDisposition('inline', filename).includes('*')) continue
        for (const form of FORMS) {
          const response = await fetch(await storage.signDownload(key, { ...form, filename, expiresIn: 60 }))
          const body = Buffer.from(await response.arrayBuffer())
          t.equal(response.status, 200, `${JSON.stringify(filename)} as ${form.mimeType}`)
          t.ok(body.equals(bytes(1000)), 'the bytes')
          if (quirks.ignoresResponseHeaders) continue
          const safe = safeDownload(form)
          t.equal(response.headers.get('content-type'), safe.contentType)
          t.equal(response.headers.get('content-disposition'), contentDisposition(safe.disposition, filename))
        }
      }
      await storage.delete(key)
    })

    await t.test('an unreachable storage is reported soon', async (t) => {
      const started = performance.now()
      const key = newKey()
      const calls: (() => Promise<unknown>)[] = [
        () => unreachable.ping(),
        () => unreachable.put(key, bytes(1)),
        () => unreachable.putStream(key, streamOf(10 * MIB)),
        () => unreachable.get(key),
        () => unreachable.stat(key),
        () => unreachable.delete(key)
      ]
      for (const call of calls) {
        const error = await rejection(call())
        t.match(error, { name: 'AppError', code: 'STORAGE_UNAVAILABLE', cause: Error }, String(call))
      }
      t.ok(performance.now() - started < 60_000, "sooner than the SDK's default retries, which take minutes")
    })

    await streamContract(t, storage, leftovers ?? (async () => []), { measureMemory: !quirks.inMemory })
  })
}
