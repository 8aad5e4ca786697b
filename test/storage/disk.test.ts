// Needs a process of its own: it measures memory.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import promises, { chmod, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { createDiskStorage, type DiskOptions } from '../../plugins/storage/disk.js'
import { remove } from '../../plugins/storage/disk-files.js'
import { program } from '../../scripts/program.js'
import { bytes, newKey, read, streamOf } from './bytes.js'
import { storageContract } from './contract.js'
import { serveObjects } from './serve-objects.js'

async function start(t: Test) {
  const root = join(await mkdtemp(join(tmpdir(), 'strongroom-disk-')), 'made', 'when', 'needed')
  t.teardown(() => rm(dirname(dirname(dirname(root))), { recursive: true, force: true }))
  const options: Omit<DiskOptions, 'publicUrl'> = {
    root,
    signingSecrets: ['a secret of more than thirty-two bytes']
  }
  const app = Fastify()
  const storage = createDiskStorage({ ...options, publicUrl: () => app.listeningOrigin })
  await storage.prepare()
  await serveObjects(app, storage)
  t.teardown(async () => {
    await app.close()
    storage.close()
  })
  const temporaries = () => readdir(join(root, '.tmp')).catch(() => [] as string[])
  return { root, options, app, storage, temporaries }
}

storageContract(t, 'disk', async (t) => {
  const { root, options, app, storage, temporaries } = await start(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const unreachable = createDiskStorage({ ...options, root: `${root}-unmounted`, publicUrl: () => '' })
  return { storage, unreachable, leftovers: temporaries }
})

void t.test(
  'a killed process leaves nothing under the key, and delete removes its temporary file',
  async (t) => {
    const { root, storage, temporaries } = await start(t)
    const key = newKey()
    const other = newKey()
    const children = [key, key, other].map((of) =>
      spawn(process.execPath, [...program('test/storage/endless-upload'), root, of], {
        stdio: ['ignore', 'pipe', 'inherit']
      })
    )
    await Promise.all(children.map((child) => once(child.stdout, 'data')))
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(children.map((child) => once(child, 'exit')))

    t.equal((await temporaries()).length, 3, 'the leftovers')
    t.equal(await storage.stat(key), null)
    t.equal(await storage.get(key), null)
    await storage.delete(key)
    t.equal((await temporaries()).length, 1, "only this key's leftovers are gone")
    await storage.putStream(other, streamOf(10))
    t.ok((await read(storage, other))?.equals(bytes(10)), 'a leftover does not disturb a new write')
    await storage.delete(other)
    t.same(await temporaries(), [])
  }
)

void t.test('deletions at the same time share one reading of the temporary files', async (t) => {
  const { storage } = await start(t)
  const { readdir: real } = promises
  const restore = () => {
    promises.readdir = real
    syncBuiltinESMExports()
  }
  t.teardown(restore)
  let readings = 0
  promises.readdir = ((...given: Parameters<typeof real>) => {
    readings += 1
    return real(...given)
  }) as typeof real
  syncBuiltinESMExports()
  await Promise.all(Array.from({ length: 20 }, () => storage.delete(newKey())))
  t.equal(readings, 2, 'the first one, and all that came meanwhile')
})

void t.test('delete removes folders that became empty, and no others', async (t) => {
  const { root, storage } = await start(t)
  await storage.put('tenants/a/files/2026/07/1', bytes(1))
  await storage.put('tenants/a/files/2026/08/2', bytes(1))
  await storage.delete('tenants/a/files/2026/07/1')
  t.same(await readdir(join(root, 'tenants/a/files/2026')), ['08'])
  await storage.delete('tenants/a/files/2026/08/2')
  t.same(await readdir(root), ['.tmp'])
})

void t.test('writers and deleters of one folder do not disturb each other', async (t) => {
  const { storage, temporaries } = await start(t)
  await Promise.all(
    Array.from({ length: 8 }, async (_, i) => {
      for (let round = 0; round < 100; round++) {
        const key = `tenants/a/files/2026/07/${i}`
        await storage.put(key, bytes(10))
        if (!(await read(storage, key))?.equals(bytes(10))) t.fail(`lost ${key}`)
        await storage.delete(key)
      }
    })
  )
  t.same(await temporaries(), [])
})

void t.test('a folder is not an object, and nothing can be below an object', async (t) => {
  const { storage } = await start(t)
  await storage.put('tenants/a/b', bytes(3))
  for (const key of ['tenants/a', 'tenants/a/b/c']) {
    t.equal(await storage.get(key), null)
    t.equal(await storage.stat(key), null)
    await storage.delete(key)
  }
  await t.rejects(storage.put('tenants/a', bytes(1)), { code: 'STORAGE_UNAVAILABLE' })
  await t.rejects(storage.put('tenants/a/b/c', bytes(1)), { code: 'STORAGE_UNAVAILABLE' })
  t.same(await storage.stat('tenants/a/b'), { size: 3 })
})

void t.test('a write whose key is deleted meanwhile is interrupted', async (t) => {
  const { storage, temporaries } = await start(t)
  const key = newKey()
  async function* slow() {
    yield bytes(10)
    await storage.delete(key)
    yield bytes(10, 10)
  }
  await t.rejects(storage.putStream(key, slow()), { code: 'UPLOAD_INTERRUPTED' })
  t.equal(await storage.stat(key), null)
  t.same(await temporaries(), [])
})

void t.test('an open object can be read to its end after it was replaced or deleted', async (t) => {
  const { storage } = await start(t)
  const key = newKey()
  await storage.put(key, bytes(300_000))
  const first = await storage.get(key)
  const second = await storage.get(key)
  await storage.put(key, Buffer.from('new'))
  await storage.delete(key)
  for (const stream of [first, second]) {
    const chunks: Buffer[] = []
    for await (const chunk of stream ?? []) chunks.push(chunk as Buffer)
    t.ok(Buffer.concat(chunks).equals(bytes(300_000)))
  }
})

void t.test('an unmounted volume is not an empty storage', async (t) => {
  const { storage, root } = await start(t)
  const key = newKey()
  await storage.put(key, bytes(5))
  await rename(root, `${root}-elsewhere`)
  await t.rejects(storage.stat(key), { code: 'STORAGE_UNAVAILABLE' })
  await t.rejects(storage.get(key), { code: 'STORAGE_UNAVAILABLE' })
  await t.rejects(storage.delete(key), { code: 'STORAGE_UNAVAILABLE' })
  await t.rejects(storage.put(newKey(), bytes(1)), { code: 'STORAGE_UNAVAILABLE' })
  await t.rejects(readdir(root), { code: 'ENOENT' }, 'no folder was created in its place')
  await rename(`${root}-elsewhere`, root)
  t.same(await storage.stat(key), { size: 5 })
})

void t.test('a full disk is reported', { skip: !existsSync('/dev/full') }, async (t) => {
  const { storage, root, temporaries } = await start(t)
  // Redirects the file that ping writes to a device that is always full.
  await symlink('/dev/full', join(root, '.tmp', 'ping'))
  await t.rejects(storage.ping(), { code: 'STORAGE_UNAVAILABLE', cause: { code: 'ENOSPC' } })
  t.same(await temporaries(), ['ping'])
})

// Only root can become a user who may not remove a file of root.
const asRoot = { skip: process.getuid?.() !== 0 }
void t.test('a file that may not be removed is not mistaken for a removed one', asRoot, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-disk-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'object')
  await writeFile(file, 'kept')
  // In a sticky folder, everybody may add files, but remove only their own.
  await chmod(folder, 0o1777)
  process.seteuid?.('nobody')
  try {
    await t.rejects(remove(file), { code: 'EPERM' })
  } finally {
    process.seteuid?.('root')
  }
  await remove(file)
  t.notOk(existsSync(file))
})

void t.test("a stream's error is not mistaken for a disk failure", async (t) => {
  const { storage } = await start(t)
  const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })
  async function* reset() {
    yield bytes(1)
    throw error
  }
  await t.rejects(storage.putStream(newKey(), reset()), error)
})
