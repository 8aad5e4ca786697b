import { mkdir, mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { DurableFolders } from '../../plugins/storage/durable-folders.js'

const root = await mkdtemp(join(tmpdir(), 'strongroom-folders-'))
t.teardown(() => rm(root, { recursive: true, force: true }))

/** The folders below the root that this process has open, as Linux reports them: "(deleted)" follows removed ones. */
async function openFolders(): Promise<string[]> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''))
  return (await Promise.all(links)).filter((path) => path.startsWith(root)).sort()
}
async function settled(expected: string[]): Promise<void> {
  // Released folders are closed a moment later.
  while (JSON.stringify(await openFolders()) !== JSON.stringify(expected))
    await new Promise((resolve) => setImmediate(resolve))
}

void t.test('a folder stays open until it is replaced', { skip: process.platform !== 'linux' }, async (t) => {
  const folders = new DurableFolders(root)
  const folder = join(root, 'a/b')
  await folders.sync(folder)
  await settled([])
  t.pass('a missing folder needs no sync')

  await mkdir(folder, { recursive: true })
  await Promise.all([folders.sync(folder), folders.sync(folder), folders.sync(folder)])
  await settled([folder])
  t.pass('concurrent callers share one descriptor')

  await rm(join(root, 'a'), { recursive: true })
  await mkdir(folder, { recursive: true })
  t.same(await openFolders(), [`${folder} (deleted)`])
  await folders.sync(folder)
  await settled([folder])
  t.pass('the new folder is open, and the old one is not')

  await rm(join(root, 'a'), { recursive: true })
  await folders.sync(folder)
  await settled([])
  t.pass('a removed folder is closed')
})

void t.test(
  'a limited number of folders is kept open, and none after close()',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const folders = new DurableFolders(root)
    const names = Array.from({ length: 120 }, (_, n) => join(root, `many-${n}`))
    for (const name of names) await mkdir(name)
    await Promise.all(names.map((name) => folders.sync(name)))
    while ((await openFolders()).length > 100) await new Promise((resolve) => setImmediate(resolve))
    await folders.sync(String(names[0]))
    t.ok((await openFolders()).includes(String(names[0])), 'a folder that had to make room is opened again')
    folders.close()
    await settled([])
    t.pass('closed')
  }
)
