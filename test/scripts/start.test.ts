import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { makeDataFolder } from '../../scripts/embedded/data-folder.js'
import { waitUntilGone } from '../../scripts/embedded/process-identity.js'
import { Launcher } from './launcher.js'
import { temporaryDataDir } from './temporary-folder.js'

const READY = 'Ctrl-C stops everything'
const GONE_MS = 60_000

async function started(t: Test, settings: Record<string, string>): Promise<Launcher> {
  const launcher = new Launcher(t, settings)
  await launcher.printed(READY)
  return launcher
}

// Starts and stops real servers many times, which takes long on a busy machine.

void t.test('npm start works in an empty folder and after a kill -9, and stops completely', async (t) => {
  const dataDir = temporaryDataDir(t)
  const settings = { PORT: '0', DATA_DIR: dataDir }
  const urlOf = ({ output }: Launcher) => / API +(http:\/\/127\.0\.0\.1:[1-9]\d*)$/m.exec(output)?.[1] ?? ''
  const workerOf = ({ output }: Launcher) =>
    / Worker +(http:\/\/127\.0\.0\.1:[1-9]\d*)$/m.exec(output)?.[1] ?? ''
  const ready = async (url: string) => (await fetch(`${url}/health/ready`)).status

  const first = await started(t, settings)
  const url = urlOf(first)
  t.equal(await ready(url), 200)
  t.equal(await ready(workerOf(first)), 200)
  t.match(first.output, `${url}/docs`)
  t.match(first.output, dataDir)
  const password = readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim()
  const runtime = readFileSync(join(dataDir, 'runtime.json'), 'utf8')
  t.notMatch(first.output + runtime, password, 'the password is not shown')
  t.match(JSON.parse(runtime), {
    pid: first.pid,
    url,
    brokers: /^127\.0\.0\.1:\d+$/
  })

  const rival = new Launcher(t, settings)
  t.equal(await rival.exitCode(), 1)
  t.match(rival.output, `is in use by process ${first.pid}`)

  const killed = first.family()
  t.ok(killed.length > 8, 'launcher, API, worker, host and the processes of PostgreSQL run')
  first.process.kill('SIGKILL')
  const second = await started(t, settings)
  t.equal(await ready(urlOf(second)), 200)
  t.same(await waitUntilGone(killed, 0), [], 'nothing of the killed run is left')

  const family = second.family()
  second.interrupt()
  t.equal(await second.exitCode(), 0)
  t.same(await waitUntilGone(family, GONE_MS), [], 'nothing is left running')
  t.notOk(existsSync(join(dataDir, 'runtime.json')))
  t.notOk(existsSync(join(dataDir, 'lock')))

  // The first mail creates this one.
  mkdirSync(join(dataDir, 'mails'), { recursive: true })
  chmodSync(dataDir, 0o755)
  makeDataFolder(dataDir)
  t.equal(statSync(dataDir).mode & 0o066, 0, `only ours are in it: ${readdirSync(dataDir).join(', ')}`)
})

void t.test(
  'a Ctrl-C while it starts leaves nothing running; when the API dies, the rest is stopped',
  async (t) => {
    const dataDir = temporaryDataDir(t)
    const settings = { PORT: '0', DATA_DIR: dataDir }
    const stopped = new Launcher(t, settings)
    await stopped.printed('Creating the PostgreSQL cluster')
    const half = stopped.family()
    stopped.interrupt()
    t.equal(await stopped.exitCode(), 0)
    t.same(await waitUntilGone(half, GONE_MS), [])

    const launcher = await started(t, settings)
    const family = launcher.family()
    const { children } = JSON.parse(readFileSync(join(dataDir, 'lock'), 'utf8')) as {
      children: [{ pid: number }]
    }
    process.kill(children[0].pid, 'SIGKILL')
    t.equal(await launcher.exitCode(), 1)
    t.match(launcher.output, 'The API ended unexpectedly (SIGKILL); stopping the rest.')
    t.same(await waitUntilGone(family, GONE_MS), [])
  }
)

void t.test('a port in use is refused before anything is started', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as { port: number }
  const dataDir = temporaryDataDir(t)
  const launcher = new Launcher(t, { PORT: String(port), DATA_DIR: dataDir })
  t.equal(await launcher.exitCode(), 1)
  t.match(
    launcher.output,
    `Port ${port} on 127.0.0.1 is in use; stop the other program or set PORT to another port.`
  )
  t.notOk(existsSync(join(dataDir, 'postgres')))
})

void t.test('production without settings is refused, and every missing setting is named', async (t) => {
  const launcher = new Launcher(t, { NODE_ENV: 'production', DATA_DIR: temporaryDataDir(t) })
  t.equal(await launcher.exitCode(), 1)
  for (const name of [
    'DATABASE_URL',
    'KAFKA_BROKERS',
    'S3_BUCKET',
    'S3_ENDPOINT',
    'JWT_SECRET',
    'SECRETS_KEY',
    'TENANT_ROLE_SECRET'
  ]) {
    t.match(launcher.output, `${name} is missing`)
  }
})

void t.test('--help explains and starts nothing', async (t) => {
  const launcher = new Launcher(t, {}, ['--help'])
  t.equal(await launcher.exitCode(), 0)
  t.match(launcher.output, 'Usage: npm start')
})
