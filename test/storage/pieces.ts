import type { Test } from 'tap'
import type { ObjectStorage } from '../../plugins/storage/object-storage.js'
import type { ObjectPieces } from '../../plugins/storage/pieces.js'
import { bytes, MIB, newKey, read } from './bytes.js'

const PART = 8 * MIB

/** Checks what both kinds of pieces promise. */
export async function piecesContract(t: Test, storage: ObjectStorage): Promise<void> {
  const { pieces } = storage
  const content = bytes(PART + 1000)
  const stored = (key: string) => read(storage, key)

  await t.test('pieces become an object once', async (t) => {
    const key = newKey()
    const publish = await write(pieces, key, content)
    t.equal(await storage.stat(key), null, 'not before')
    await publish(content.length)
    t.ok((await stored(key))?.equals(content))
    await publish(content.length)
    t.ok((await stored(key))?.equals(content), 'publishing again changes nothing')
    t.same(await leftovers(storage, key), [])
  })

  await t.test('pieces that are shorter than promised do not become an object', async (t) => {
    const key = newKey()
    const publish = await write(pieces, key, content)
    await t.rejects(publish(content.length + 1), { code: 'UPLOAD_INTERRUPTED' })
    await storage.delete(key)
    t.same(await leftovers(storage, key), [])
    await t.rejects(publish(content.length), { code: 'UPLOAD_INTERRUPTED' })
    t.equal(await storage.stat(key), null)
  })
}

/** Writes the pieces of content. @returns a function that publishes them */
async function write(
  pieces: ObjectPieces,
  key: string,
  content: Buffer
): Promise<(length: number) => Promise<void>> {
  if (pieces.kind === 'file') {
    const file = await pieces.open(key, true)
    // Not in order.
    await file?.write(content.subarray(PART), PART)
    await file?.write(content.subarray(0, PART), 0)
    await file?.sync()
    await file?.close()
    return (length) => pieces.publish(key, length, true)
  }
  const id = await pieces.begin(key)
  await pieces.put(key, id, 2, content.subarray(PART))
  await pieces.put(key, id, 1, Buffer.alloc(PART))
  await pieces.put(key, id, 1, content.subarray(0, PART))
  // From a replaced writer: a part beyond the promised length, and another multipart upload.
  await pieces.put(key, id, 3, content.subarray(0, 10))
  await pieces.begin(key)
  return (length) => pieces.complete(key, id, length, PART)
}

async function leftovers(storage: ObjectStorage, key: string): Promise<string[]> {
  const found: string[] = []
  for await (const unfinished of storage.listUnfinished(key.slice(0, key.lastIndexOf('/') + 1)))
    if (unfinished === key) found.push(unfinished)
  return found
}
