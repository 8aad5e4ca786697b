import type { Test } from 'tap'
import { contentDisposition, safeDownload } from '../../src/downloads/download-headers.js'
import type { DownloadOptions, ObjectStorage } from '../../plugins/storage/object-storage.js'
import { bytes, MIB, newKey, read, rejection, streamOf } from './bytes.js'
import { streamContract } from './contract-streams.js'

export interface Harness {
  storage: ObjectStorage
  /** The same driver, where nothing can be stored. */
  unreachable: ObjectStorage
  /** What unfinished uploads of this key left behind; absent where the server cannot tell. */
  leftovers?: (key: string) => Promise<string[]>
}

/** What a server is known not to do. */
export interface Quirks {
  /** Ignores the headers that a signed URL asks for. */
  ignoresResponseHeaders?: boolean
  /** Computes a wrong signature for URLs with an apostrophe or an asterisk, so for every non-ASCII name. */
  plainNamesOnly?: boolean
  /** Takes the range 0-0 for the whole object. */
  noFirstByte?: boolean
  /** Keeps objects in the memory of this process, so that its growth tells nothing. */
  inMemory?: boolean
}

const NAMES = [
  ...['report.pdf', 'two words.txt', 'a+b=c&d;e,f#g?.txt', '', '\ud800', 'x\r\nSet-Cookie: a=b'],
  ...['naïve “quotes”.pdf', '日本語 🗄️.txt', `it's (1) *new* 100%.txt`, 'a"b\\c/d.txt']
]
const FORMS: Pick<DownloadOptions, 'mimeType' | 'disposition'>[] = [
  { mimeType: 'application/pdf', disposition: 'inline' },
  { mimeType: 'text/html', disposition: 'inline' },
  { mimeType: 'text/plain', disposition: 'attachment' }
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

/** Everything that both drivers promise, checked on one of them. */
export function storageContract(
  t: Test,
  name: string,
  setUp: (t: Test) => Promise<Harness>,
  quirks: Quirks = {}
): void {
  void t.test(name, async (t) => {
    const { storage, unreachable, leftovers = async () => [] } = await setUp(t)

    await t.test('what was put can be read, measured and deleted', async (t) => {
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

    await t.test('missing keys are null, deleting them is fine', async (t) => {
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

    await t.test('keys that are none are refused as a mistake in the program', async (t) => {
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

    await t.test('a storage that cannot be reached says so, and soon', async (t) => {
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
      t.ok(performance.now() - started < 10_000, 'within 10 s')
    })

    await streamContract(t, storage, leftovers, { measureMemory: !quirks.inMemory })
  })
}
