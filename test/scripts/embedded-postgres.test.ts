import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import t, { type Test } from 'tap'
import { LockedError } from '../../scripts/embedded/lock.js'
import { startPostgres } from '../../scripts/embedded/postgres.js'
import { identify, waitUntilGone } from '../../scripts/embedded/process-identity.js'
import { startServices, type Services } from '../../scripts/embedded/start-services.js'
import { temporaryDataDir } from './temporary-folder.js'

const settings = { fsync: 'off' }
const notes: string[] = []

function start(dataDir: string): Promise<Services> {
  return startServices({
    postgres: true,
    broker: false,
    dataDir,
    settings,
    onNote: (line) => notes.push(line)
  })
}

async function query<Row extends postgres.MaybeRow[]>(services: Services, text: string): Promise<Row> {
  const sql = postgres(services.databaseUrl('postgres'), { max: 1 })
  try {
    return (await sql.unsafe(text)) as unknown as Row
  } finally {
    await sql.end()
  }
}

/** One cluster for all tests, since creating one takes longer than most tests; each leaves it startable. */
const dataDir = temporaryDataDir(t)

/** Starts the cluster and writes a row to it. @returns its folder and the running services */
async function withRow(t: Test): Promise<{ dataDir: string; services: Services }> {
  const services = await start(dataDir)
  t.teardown(() => services.stop())
  await query(services, 'create table if not exists kept as select 42 as answer')
  return { dataDir, services }
}

async function hasRow(t: Test, dataDir: string): Promise<void> {
  const services = await start(dataDir)
  t.teardown(() => services.stop())
  t.match(await query(services, 'select answer from kept'), [{ answer: 42 }])
}

function postmasterPid(dataDir: string): number {
  return Number.parseInt(
    readFileSync(join(realpathSync(join(dataDir, 'postgres')), 'postmaster.pid'), 'utf8'),
    10
  )
}

// Starts and stops real servers many times, which takes long on a busy machine.

void t.test('a first start creates a cluster that is closed to others', async (t) => {
  const { dataDir, services } = await withRow(t)
  t.equal(statSync(join(dataDir, 'postgres.password')).mode & 0o777, 0o600)
  const [row] = await query<{ [name: string]: string }[]>(
    services,
    `select current_setting('server_encoding') as encoding, current_setting('listen_addresses') as address,
            current_setting('unix_socket_directories') as sockets, current_setting('max_connections') as connections,
            (select left(rolpassword, 14) from pg_authid where rolname = 'postgres') as password`
  )
  t.same(row, {
    encoding: 'UTF8',
    address: '127.0.0.1',
    sockets: '',
    connections: '400',
    password: 'SCRAM-SHA-256$'
  })
  const wrong = postgres(services.databaseUrl('postgres').replace(/:[0-9a-f]{64}@/, ':wrong@'), { max: 1 })
  await t.rejects(wrong`select 1`, { code: '28P01' })
  await wrong.end()
})

void t.test('a stop leaves nothing running, and the next start finds the data', async (t) => {
  const { dataDir, services } = await withRow(t)
  const processes = [services.pid, postmasterPid(dataDir)]
    .map(identify)
    .filter((found) => found !== undefined)
  t.equal(processes.length, 2)
  await services.stop()
  t.same(await waitUntilGone(processes, 0), [])
  t.notOk(readdirSync(dataDir).includes('postgres.lock'))
  await hasRow(t, dataDir)
})

void t.test('the next start stops the server of a killed host', async (t) => {
  const { dataDir, services } = await withRow(t)
  const server = identify(postmasterPid(dataDir))
  process.kill(services.pid, 'SIGKILL')
  t.match(await services.died, /stopped unexpectedly/)
  await hasRow(t, dataDir)
  t.ok(server && identify(server.pid)?.started !== server.started, 'the old server is gone')
})

void t.test('a start after everything was killed recovers', async (t) => {
  const { dataDir, services } = await withRow(t)
  process.kill(services.pid, 'SIGKILL')
  process.kill(postmasterPid(dataDir), 'SIGKILL')
  await services.died
  await hasRow(t, dataDir)
})

void t.test('a server that dies is reported', async (t) => {
  const { dataDir, services } = await withRow(t)
  process.kill(postmasterPid(dataDir), 'SIGKILL')
  t.match(await services.died, /PostgreSQL stopped unexpectedly/)
  await services.stop()
})

void t.test('an unfinished cluster of a killed start is removed', async (t) => {
  const dataDir = temporaryDataDir(t)
  mkdirSync(join(dataDir, 'postgres.new-killed', 'data'), { recursive: true })
  writeFileSync(join(dataDir, 'postgres.new-killed', 'data', 'PG_VERSION'), '18\n')
  const services = await start(dataDir)
  t.teardown(() => services.stop())
  t.same(
    readdirSync(dataDir).filter((name) => name.startsWith('postgres.new')),
    []
  )
  t.match(await query(services, 'select 1 as one'), [{ one: 1 }])
})

void t.test(
  'a start survives a stale postmaster.pid whose pid another process has now, and leaves that process alone',
  async (t) => {
    const { dataDir, services } = await withRow(t)
    await services.stop()
    // The other process is this test.
    writeFileSync(
      join(dataDir, 'postgres', 'postmaster.pid'),
      `${process.pid}\n${dataDir}/postgres\n1\n5432\n`
    )
    await hasRow(t, dataDir)
    t.match(notes.join('\n'), `Removing a stale postmaster.pid: process ${process.pid}`)
  }
)

void t.test('a second start on the same folder is refused and names the process that has it', async (t) => {
  const { dataDir, services } = await withRow(t)
  const second = startPostgres({ dataDir, settings, log: () => undefined, lockWaitMs: 100 })
  await t.rejects(second, new LockedError(join(realpathSync(dataDir), 'postgres.lock'), services.pid))
  t.match(await query(services, 'select answer from kept'), [{ answer: 42 }])
})

void t.test('a failed start reports what the server said', async (t) => {
  const { dataDir, services } = await withRow(t)
  await services.stop()
  const file = join(dataDir, 'postgres', 'postgresql.conf')
  const good = readFileSync(file)
  writeFileSync(file, 'no_such_setting = 1\n')
  await t.rejects(start(dataDir), /did not start[\s\S]*no_such_setting/)
  writeFileSync(file, good)
})

void t.test('a cluster without its password is not opened with a new one', async (t) => {
  const { dataDir, services } = await withRow(t)
  await services.stop()
  const file = join(dataDir, 'postgres.password')
  const password = readFileSync(file)
  writeFileSync(file, '')
  await t.rejects(start(dataDir), /postgres\.password is missing/)
  writeFileSync(file, password)
})
