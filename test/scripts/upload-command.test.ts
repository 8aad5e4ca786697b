import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { slowNetwork } from '../helpers/slow-network.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { Tus } from '../resumable/tus.js'
import { temporaryDataDir } from './temporary-folder.js'

// Starts programs, which takes long on a busy machine.
const MIB = 1024 * 1024
const { config } = await createInstallation(t, { SWEEP_INTERVAL: '1' })
const { url } = await startApi(t, config)
await startWorker(t, config)
const ada = await signUp(url)
const tenant = await createTenant(ada)
const tus = new Tus(ada, tenant.id)
const uploads = async () => (await tus.get(tus.path)) as unknown as { offset: number; state: string }[]

function start(t: Test, args: string[], env: NodeJS.ProcessEnv = {}) {
  const home = env['XDG_STATE_HOME'] ?? temporaryDataDir(t)
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/scripts/upload.js', ...args], {
    env: {
      PATH: process.env['PATH'],
      ...{ STRONGROOM_URL: url, STRONGROOM_TOKEN: ada.token, XDG_STATE_HOME: home, DATA_DIR: home },
      ...env
    },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  t.teardown(() => child.kill('SIGKILL'))
  const closed = once(child, 'close')
  const ended = Promise.all([text(child.stdout), text(child.stderr), closed]).then(([out, err]) => ({
    ...{ out, err, code: child.exitCode }
  }))
  return {
    child,
    ended,
    unfinished: () =>
      readdirSync(join(home, 'strongroom', 'uploads')).filter((name) => name.endsWith('.json'))
  }
}

for (const signal of ['SIGINT', 'SIGKILL'] as const)
  t.test(`an upload resumes where it was after ${signal}`, async (t) => {
    const network = await slowNetwork(t, url)
    network.most = 9 * MIB
    const folder = temporaryDataDir(t)
    const bytes = randomBytes(12 * MIB)
    const path = join(folder, 'ä report.bin')
    writeFileSync(path, bytes)
    const env = { XDG_STATE_HOME: folder, STRONGROOM_URL: network.url }
    const args = [path, '--tenant', tenant.id]

    const first = start(t, args, env)
    await until(async () =>
      (await uploads()).some(({ offset, state }) => state === 'open' && offset >= 8 * MIB)
    )
    t.equal(first.unfinished().length, 1)
    first.child.kill(signal)
    const { code, err } = await first.ended
    if (signal === 'SIGINT') {
      t.equal(code, 130)
      t.match(err, /Run the same command again to resume/)
    }

    Object.assign(network, { most: Infinity, offsets: [] })
    const second = start(t, args, env)
    const ended = await second.ended
    t.equal(ended.code, 0, ended.err)
    const [printed, id = ''] = ended.out.trim().split('  ')
    t.equal(printed, path)
    t.ok((await tus.download(id)).equals(bytes), 'the bytes are the same')
    t.ok(Number(network.offsets[0]) >= 8 * MIB, `only the rest was sent, from ${String(network.offsets)}`)
    t.match(ended.err, /100 % {2}12 MiB of 12 MiB/)
    t.same(readdirSync(join(folder, 'strongroom', 'uploads')), [], 'neither state nor lock is left')
    const { body } = await ada.get<{ items: { filename: string }[] }>(
      `/api/tenants/${tenant.id}/documents?filename=${encodeURIComponent('ä report.bin')}`
    )
    t.equal(
      body.data.items.filter(({ filename }) => filename === 'ä report.bin').length,
      signal === 'SIGINT' ? 1 : 2
    )
  })

t.test('only one process uploads a file at a time', async (t) => {
  const folder = temporaryDataDir(t)
  const path = join(folder, 'once.txt')
  writeFileSync(path, randomBytes(MIB))
  const network = await slowNetwork(t, url)
  network.most = 0
  const args = [path, '--tenant', tenant.id]
  const env = { XDG_STATE_HOME: folder, STRONGROOM_URL: network.url }
  const first = start(t, args, env)
  await until(async () => Promise.resolve(network.passed > 0))
  for (const more of [[], ['--restart']]) {
    const { code, err } = await start(t, [...args, ...more], env).ended
    t.equal(code, 1)
    t.match(err, new RegExp(`once.txt: process ${first.child.pid} is uploading it already`))
  }
  network.allow(Infinity)
  const { code, out, err } = await first.ended
  t.equal(code, 0, err)
  const [, id = ''] = out.trim().split('  ')
  t.equal((await tus.download(id)).length, MIB, 'the others did not disturb it')
})

t.test('an upload that the server has deleted starts over', async (t) => {
  const folder = temporaryDataDir(t)
  const paths = ['a.txt', 'b.txt'].map((name) => join(folder, name))
  for (const path of paths) writeFileSync(path, path)
  const stateHome = { XDG_STATE_HOME: folder }
  const network = await slowNetwork(t, url)
  network.most = 0
  const held = start(t, [...paths, '--tenant', tenant.id], { ...stateHome, STRONGROOM_URL: network.url })
  await until(async () => network.passed > 0)
  held.child.kill('SIGKILL')
  await held.ended
  for (const { id } of (await uploads()) as unknown as { id: string }[])
    await tus.request('DELETE', `${tus.path}/${id}`)
  network.most = Infinity
  const again = start(t, [...paths, '--tenant', tenant.id], { ...stateHome, STRONGROOM_URL: network.url })
  const { code, out } = await again.ended
  t.equal(code, 0)
  t.equal(out.trim().split('\n').length, 2)
})

t.test('errors say what to do next', async (t) => {
  const folder = temporaryDataDir(t)
  const file = join(folder, 'a.txt')
  writeFileSync(file, 'text')
  writeFileSync(join(folder, 'empty'), '')
  mkdirSync(join(folder, 'folder'))
  const inTenant = ['--tenant', tenant.id]
  const cases: [string[], NodeJS.ProcessEnv, number, RegExp][] = [
    [[], {}, 2, /Name the files/],
    [[file], {}, 2, /--tenant must be the id/],
    [[file, ...inTenant, '--parallel', '0'], {}, 2, /--parallel/],
    [[file, ...inTenant], { STRONGROOM_TOKEN: '' }, 2, /Set STRONGROOM_KEY to a key/],
    [[file, ...inTenant], { STRONGROOM_KEY: 'srk_x' }, 2, /either STRONGROOM_KEY or/],
    [[file, ...inTenant], { STRONGROOM_URL: '' }, 2, /first run `npm start`/],
    [
      ['missing', join(folder, 'empty'), join(folder, 'folder'), ...inTenant],
      { INIT_CWD: folder },
      2,
      /missing does not exist\n.*empty is empty\n.*is not a file/
    ],
    [[file, ...inTenant], { STRONGROOM_TOKEN: '', STRONGROOM_KEY: 'srk_x' }, 1, /Check STRONGROOM_KEY/],
    [['a.txt', '--tenant', crypto.randomUUID()], { INIT_CWD: folder }, 1, /a\.txt: .*Check --tenant/]
  ]
  for (const [args, env, expected, says] of cases) {
    const { code, err } = await start(t, args, env).ended
    t.equal(code, expected, err)
    t.match(err, says)
  }
  const { code, out } = await start(t, ['--help']).ended
  t.equal(code, 0)
  t.match(out, /^Usage: npm run upload -- FILE… --tenant ID/)
})
