import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type postgres from 'postgres'
import type { Test } from 'tap'
import { migrationsOf } from '../../db/migrate.js'
import { program } from '../../scripts/program.js'
import { createTenant, refused, signUp, startApi, type Page } from '../helpers/api.js'
import { committedEvents } from '../helpers/committed-events.js'
import { takeBackRelease } from '../helpers/earlier-tables.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

export interface MigrationLoad {
  /** Documents that the tenant has at the start, each with its own file. */
  documents: number
  writers: number
  readers: number
  /** Milliseconds between two statements of one writer or reader. */
  pause: number
}

/** How long the statements took, in milliseconds. */
export interface Latencies {
  statements: number
  p50: number
  p99: number
  max: number
}

/** The newest migration of the last release. */
const RELEASED = '0010_upload_sessions'
/** Twice what a migration waits. A writer that waits longer for a lock fails the test. */
const WRITERS_LOCK_TIMEOUT = '4s'

/**
 * Migrates a tenant that is being read and written. The migrator is killed while it waits for a lock, while it builds an
 * index (with its server process), and while it drops the invalid index.
 */
export async function migrateUnderLoad(t: Test, load: MigrationLoad) {
  const installation = await createInstallation(t)
  const { config, environment, tenantSql } = installation
  const { url } = await startApi(t, config)
  const admin = await signUp(url)
  const [tenant, fresh] = [await createTenant(admin), await createTenant(admin)]
  const { database_name: name } = tenant
  const db = tenantSql(name)
  await makeAsReleased(db, load.documents)

  const running = startLoad(tenantSql(name), tenantSql(name), load)

  const run = (command: string) =>
    spawn(process.execPath, [...program('scripts/tenants'), command, '--tenant', tenant.id], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe']
    })
  /** Waits until a migrator reaches a stage. @throws if the migrator ends before, or if the load fails */
  const reached = (migrator: ChildProcess, stage: () => Promise<boolean>) =>
    until(async () => {
      running.check()
      if (migrator.exitCode !== null) throw new Error(`The migrator ended with ${migrator.exitCode}`)
      return stage()
    })
  async function kill(child: ChildProcess): Promise<void> {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  const versionOf = async () =>
    (await db<{ version: string }[]>`select max(created_at) as version from schema_migrations`)[0]?.version
  const isWaiting = async () =>
    (
      await db`select from pg_locks where not granted and relation = 'documents'::regclass
      and mode = 'AccessExclusiveLock'`
    ).length > 0
  const builders = () => db<{ pid: number }[]>`select pid from pg_stat_progress_create_index
    where datname = current_database() and relid = 'documents'::regclass`
  const isBuilding = async () => (await builders()).length > 0
  const isDropping = async () =>
    (
      await db`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and query like 'drop index concurrently%'`
    ).length > 0
  /** Holds a transaction open that blocks index builds and statements which lock the table exclusively. */
  async function writeForLong(): Promise<() => Promise<void>> {
    const writer = await db.reserve()
    await writer`begin`
    await writer`update documents set updated_at = now() where id = (select min(id::text)::uuid from documents)`
    return async () => {
      await writer`commit`
      writer.release()
    }
  }

  const before = await versionOf()
  let end = await writeForLong()
  let migrator = run('migrate')
  await reached(migrator, isWaiting)
  await reached(migrator, async () => !(await isWaiting()))
  await reached(migrator, isWaiting)
  await kill(migrator)
  await end()
  t.equal(await versionOf(), before, 'killed while it waits for a lock a second time: nothing has changed')

  const path = `/api/tenants/${tenant.id}/documents`
  await until(async () => {
    const answer = await admin.get(path)
    if (answer.status !== 200) refused(t, answer, 'TENANT_NOT_READY')
    return answer.status === 200
  })
  t.not(await versionOf(), before, 'the first use migrates the tenant')
  t.match(
    await ended(run('status')),
    { code: 0, out: /documents_own_data missing/ },
    'the migration leaves the indexes to be built'
  )
  const [one] = await db<{ id: string }[]>`select id from documents limit 1`
  const describe = (data: object) => admin.send('PUT', `${path}/${String(one?.id)}`, data)
  refused(t, await describe({ external_id: 'one' }), 'TENANT_NOT_READY')
  t.equal((await describe({ tags: ['described'], folder: '/described/' })).status, 200)

  end = await writeForLong()
  migrator = run('migrate')
  await reached(migrator, isBuilding)
  await kill(migrator)
  for (const { pid } of await builders()) await db`select pg_terminate_backend(${pid})`
  await until(async () => !(await isBuilding()))
  await end()
  t.match(
    await ended(run('status')),
    { code: 0, out: /documents_\w+ invalid/ },
    'killed with its server process'
  )
  const find = (query: string) => admin.get<Page<{ id: string }>>(`${path}?${query}`)
  for (const query of ['tag=described', 'folder_prefix=/described/'])
    t.match((await find(query)).body.data.items, [{ id: one?.id }], `${query}, without its index`)

  end = await writeForLong()
  migrator = run('migrate')
  await reached(migrator, isDropping)
  await kill(migrator)
  await end()
  t.match(
    await ended(run('migrate')),
    { code: 0 },
    'killed while it drops the invalid index: the server finishes the drop, and the next migrator waits for it'
  )
  t.match(await ended(run('status')), { code: 0, out: /^current\t.*\t-$/m })

  const { written, latencies } = await running.stop()
  t.same(
    await definitions(db),
    await definitions(tenantSql(fresh.database_name)),
    'it has the indexes of a new tenant, all valid'
  )
  const [row] = await db<{ count: number }[]>`select count(*)::int from documents`
  t.equal(row?.count, load.documents + written, 'no document is lost')
  const [events] = await db<{ count: number }[]>`select count(*)::int from ${committedEvents(db)}
    where data ? 'written'`
  t.equal(events?.count, written, 'no event is lost')
  t.equal((await describe({ external_id: 'one' })).status, 200)
  t.match((await find('external_id=one&tag=described')).body.data.items, [{ id: one?.id }])
  return latencies
}

async function ended(child: ChildProcess): Promise<{ code: number | null; out: string }> {
  const { stdout, stderr } = child as { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream }
  const [out] = await Promise.all([text(stdout as never), text(stderr as never), once(child, 'close')])
  return { code: child.exitCode, out }
}

/** Reverts a tenant's tables to the last release, and adds rows. */
async function makeAsReleased(db: postgres.Sql, documents: number): Promise<void> {
  const released = migrationsOf('tenant').find((migration) => migration.name === RELEASED)
  await db`delete from schema_migrations where created_at > ${released?.folderMillis ?? 0}`
  await db`drop index documents_filename_trigram`
  await takeBackRelease(db)
  await db`create trigger documents_revised before update on documents for each row
    when (old.filename is distinct from new.filename) execute function raise_revision()`
  await db`insert into files (id, md5_hash, sha256, file_size, s3_path)
    select gen_random_uuid(), md5(n::text), encode(sha256(n::text::bytea), 'hex'), 1000, 'key ' || n
    from generate_series(1, ${documents}::int) n`
  await db`insert into documents (id, created_at, filename, mime_type, file_id, user_id)
    select gen_random_uuid(), now() - random() * interval '1 year', 'document ' || md5_hash || '.pdf',
      (array['application/pdf', 'text/plain', 'image/png'])[1 + floor(random() * 3)], id, gen_random_uuid() from files`
  await db`create index documents_filename_trigram on documents using gin (filename public.gin_trgm_ops)`
  await db`select fold_usage()`
  await db`analyze`
}

/** Writes and reads as processes of the last release do, until stopped. */
function startLoad(writing: postgres.Sql, reading: postgres.Sql, { writers, readers, pause }: MigrationLoad) {
  const stop = new AbortController()
  const took = { writes: [] as number[], reads: [] as number[] }
  async function repeat(times: number[], statement: () => Promise<unknown>): Promise<void> {
    while (!stop.signal.aborted) {
      const start = performance.now()
      await statement()
      times.push(performance.now() - start)
      await delay(pause)
    }
  }
  const write = () =>
    writing.begin(async (sql) => {
      await sql`select set_config('lock_timeout', ${WRITERS_LOCK_TIMEOUT}, true)`
      const id = randomUUID()
      await sql`with file as (
          insert into files (id, md5_hash, sha256, file_size, s3_path)
          values (${id}, md5(${id}), encode(sha256(${id}::text::bytea), 'hex'), 1, ${id}) returning id
        ), event as (
          insert into outbox (event_type, data) values ('document.updated', '{"written": true}')
        )
        insert into documents (id, filename, mime_type, file_id, user_id)
        select ${id}, ${id}, 'text/plain', id, ${id} from file`
    })
  const read = () =>
    reading`select id, filename, mime_type from documents order by created_at desc, id desc limit 20`
  const all = Promise.all([
    ...Array.from({ length: writers }, () => repeat(took.writes, write)),
    ...Array.from({ length: readers }, () => repeat(took.reads, read))
  ])
  let failure: unknown
  all.catch((error: unknown) => {
    failure = error
    stop.abort()
  })
  return {
    /** @throws the error of a failed statement */
    check() {
      if (failure !== undefined) throw failure as Error
    },
    async stop() {
      stop.abort()
      await all
      return {
        written: took.writes.length,
        latencies: { writes: latenciesOf(took.writes), reads: latenciesOf(took.reads) }
      }
    }
  }
}

function latenciesOf(times: number[]): Latencies {
  const sorted = times.toSorted((one, other) => one - other)
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)
  return { statements: times.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}

const definitions = async (db: postgres.Sql) =>
  (
    await db<{ definition: string }[]>`
      select regexp_replace(pg_get_indexdef(indexrelid), ' ON [^ ]+\\.', ' ON ') as definition
      from pg_index join pg_class on pg_class.oid = indrelid
      where relnamespace = (select relnamespace from pg_class where oid = 'documents'::regclass) and indisvalid
      order by 1`
  ).map(({ definition }) => definition)
