import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { makeDataFolder } from '../../scripts/embedded/data-folder.js'
import { secretFile } from '../../scripts/embedded/secret-file.js'
import { createDiskStorage } from '../../plugins/storage/disk.js'
import { bytes, newKey, read, streamOf } from './bytes.js'

async function folder(t: Test): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'strongroom-modes-'))
  t.teardown(() => rm(path, { recursive: true, force: true }))
  return path
}
const storageIn = (root: string) =>
  createDiskStorage({ root, signingSecrets: ['x'.repeat(32)], publicUrl: () => '' })
const modeOf = async (path: string) => (await stat(path)).mode & 0o777

/** The entries of a folder, and the folder itself, that give other users any permission. */
async function open(root: string): Promise<string[]> {
  const names = ['', ...(await readdir(root, { recursive: true }))]
  const modes = await Promise.all(names.map(async (name) => ({ name, mode: await modeOf(join(root, name)) })))
  return modes
    .filter(({ mode }) => (mode & 0o077) !== 0)
    .map(({ name, mode }) => `${mode.toString(8)} ${name}`)
}

void t.test('whatever the umask, only the owner can access what the storage writes', async (t) => {
  const before = process.umask(0)
  t.teardown(() => process.umask(before))
  for (const umask of [0, 0o022, 0o077]) {
    process.umask(umask)
    const root = join(await folder(t), 'data', 'objects')
    const storage = storageIn(root)
    await storage.prepare()
    await storage.put(newKey(), bytes(10))
    await storage.putStream(newKey(), streamOf(100_000))
    // Look while a write is in progress.
    let modesMeanwhile: string[] = ['not checked']
    await storage.putStream(
      newKey(),
      (async function* () {
        yield bytes(10)
        modesMeanwhile = await open(root)
      })()
    )
    t.same(modesMeanwhile, [], `umask ${umask.toString(8)}, meanwhile`)
    t.same(await open(dirname(root)), [], `umask ${umask.toString(8)}`)
    storage.close()
  }
})

void t.test('a folder of an earlier version is closed to others when it is next used', async (t) => {
  const root = join(await folder(t), 'objects')
  const key = newKey()
  for (const path of [dirname(join(root, key)), join(root, '.tmp')])
    await mkdir(path, { recursive: true, mode: 0o755 })
  await writeFile(join(root, key), 'content', { mode: 0o644 })
  await writeFile(join(root, '.tmp', 'part@00'), 'part', { mode: 0o644 })
  for (let path = dirname(join(root, key)); path !== dirname(root); path = dirname(path))
    await chmod(path, 0o755)
  t.not((await open(root)).length, 0)
  const storage = storageIn(root)
  await storage.prepare()
  t.same(await open(root), [])
  t.equal(String(await read(storage, key)), 'content')
  storage.close()
})

void t.test('a data folder is closed to others if all in it is ours, and so are its secrets', async (t) => {
  const most = process.getuid?.() === 0 ? 0o711 : 0o700
  const ours = await folder(t)
  await chmod(ours, 0o755)
  await writeFile(join(ours, 'jwt-secret'), 'x'.repeat(64), { mode: 0o644 })
  makeDataFolder(ours)
  t.equal(await modeOf(ours), most)
  t.equal(secretFile(join(ours, 'jwt-secret')), 'x'.repeat(64))
  t.equal(await modeOf(join(ours, 'jwt-secret')), 0o600)

  const shared = await folder(t)
  await chmod(shared, 0o755)
  await writeFile(join(shared, 'jwt-secret'), 'x')
  await writeFile(join(shared, 'of somebody else'), 'x')
  makeDataFolder(shared)
  t.equal(await modeOf(shared), 0o755, 'a shared folder keeps its mode')
  await chmod(ours, 0o700)
  makeDataFolder(ours)
  t.equal(await modeOf(ours), 0o700, 'a stricter mode is kept')
})
