import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { createDiskStorage } from '../../plugins/storage/disk.js'
import { createS3Storage } from '../../plugins/storage/s3.js'
import { useRealServer } from '../helpers/s3-servers.js'
import { bytes, MIB, newKey, read } from './bytes.js'
import { piecesContract } from './pieces.js'

async function disk(t: Test) {
  const root = await mkdtemp(join(tmpdir(), 'strongroom-pieces-'))
  t.teardown(() => rm(root, { recursive: true, force: true }))
  const signingSecrets = ['a secret of more than thirty-two bytes'] as const
  const storage = createDiskStorage({ root, signingSecrets, publicUrl: () => '' })
  await storage.prepare()
  t.teardown(() => storage.close())
  const temporaries = async () => (await readdir(join(root, '.tmp'))).filter((name) => name !== 'ping')
  return { root, storage, temporaries }
}

t.test('on a disk', async (t) => piecesContract(t, (await disk(t)).storage))

t.test('bytes that a replaced writer still writes reach no object', async (t) => {
  const { storage, temporaries } = await disk(t)
  const { pieces } = storage
  const key = newKey()
  const content = bytes(3 * MIB)
  const replaced = await pieces.open(key, true)
  await replaced?.write(content, 0)
  await replaced?.write(Buffer.alloc(10), content.length)
  await pieces.publish(key, content.length, false)
  await replaced?.write(Buffer.alloc(1000), 0)
  await replaced?.close()
  t.same(await temporaries(), [])
  const stored = () => read(storage, key)
  t.ok((await stored())?.equals(content))

  // A publisher that was frozen before its copy: the first object stays.
  const late = await pieces.open(key, true)
  await late?.write(Buffer.alloc(content.length), 0)
  await late?.close()
  await pieces.publish(key, content.length, false)
  t.ok((await stored())?.equals(content))
  t.same(await temporaries(), [])
  await pieces.open(key, true).then((file) => file?.close())
  await pieces.discard(key)
  t.same(await temporaries(), [])
  t.equal(await pieces.open(key, false), null)
})

t.test('a failed attempt keeps the pieces and leaves no copy of them', async (t) => {
  const { root, storage, temporaries } = await disk(t)
  const { pieces } = storage
  const key = newKey()
  const file = await pieces.open(key, true)
  await file?.write(bytes(3 * MIB), 0)
  await file?.close()
  const [name] = await temporaries()
  const killed = String(name).replace(/0$/, '0123456789abcdef')
  await writeFile(join(root, '.tmp', killed), bytes(10))
  // The copy is complete, but its folder cannot be made.
  const folder = dirname(join(root, key))
  await mkdir(dirname(folder), { recursive: true })
  await writeFile(folder, '')
  await t.rejects(pieces.publish(key, 3 * MIB, false), { code: 'STORAGE_UNAVAILABLE' })
  t.same(await temporaries(), [name], 'neither its own copy nor that of a killed attempt')
  await rm(folder)
  await pieces.publish(key, 3 * MIB, false)
  t.ok((await read(storage, key))?.equals(bytes(3 * MIB)))
})

t.test('attempts that overtake each other can be repeated', async (t) => {
  const { storage, temporaries } = await disk(t)
  const { pieces } = storage
  for (const clean of [true, false]) {
    const key = newKey()
    const file = await pieces.open(key, true)
    await file?.write(bytes(3 * MIB), 0)
    await file?.close()
    const publish = () => pieces.publish(key, 3 * MIB, clean)
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, publish))
    for (const attempt of attempts)
      if (attempt.status === 'rejected') t.match(attempt.reason, { code: 'STORAGE_UNAVAILABLE' })
    await publish()
    t.ok((await read(storage, key))?.equals(bytes(3 * MIB)))
    t.same(await temporaries(), [])
  }
})

t.test('an unmounted disk is not taken for lost pieces', async (t) => {
  const { root, storage } = await disk(t)
  const { pieces } = storage
  const key = newKey()
  const file = await pieces.open(key, true)
  await file?.write(bytes(10), 0)
  await file?.close()
  await rename(root, `${root}-elsewhere`)
  await t.rejects(pieces.open(key, false), { code: 'STORAGE_UNAVAILABLE' })
  await t.rejects(pieces.open(key, true), { code: 'STORAGE_UNAVAILABLE' })
  await t.rejects(pieces.publish(key, 10, true), { code: 'STORAGE_UNAVAILABLE' })
  await t.rejects(pieces.publish(key, 10, false), { code: 'STORAGE_UNAVAILABLE' })
  await rename(`${root}-elsewhere`, root)
  await pieces.publish(key, 10, true)
  t.ok((await read(storage, key))?.equals(bytes(10)))
})

const real = await useRealServer()
if (real === undefined) t.comment('!!! S3 IS NOT TESTED: set TEST_S3_ENDPOINT')
else {
  const storage = createS3Storage(real.options)
  t.teardown(async () => {
    storage.close()
    await real.stop()
  })
  t.test('on S3', (t) => piecesContract(t, storage))
}
