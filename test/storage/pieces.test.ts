import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
