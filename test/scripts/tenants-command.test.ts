import { execFile } from 'node:child_process'
import t from 'tap'
import { migrationsOf } from '../../db/migrate.js'
import { program } from '../../scripts/program.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { takeBackTables } from '../helpers/earlier-tables.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { committedEvents } from '../helpers/committed-events.js'

const { config, environment, sql, tenantSql, places } = await createInstallation(t, {})
const { app, url } = await startApi(t, config)
const admin = await signUp(url)
const [first, broken, last] = (
  await Promise.all(['first \u001b[31mred', 'broken', 'last'].map((name) => createTenant(admin, name)))
).sort((one, other) => (one.id < other.id ? -1 : 1)) as [Made, Made, Made]
type Made = Awaited<ReturnType<typeof createTenant>>
const migrations = migrationsOf('tenant')
const newest = migrations.at(-1)
/** A migration that cannot be applied twice, unlike those after it. */
const taken = migrations.findIndex(({ name }) => name === '0005_unverified_files')
const beforeTaken = migrations[taken - 1]

interface Ended {
  code: number
  out: string
  err: string
}

/** Runs a command as an operator does, without npm. */
function run(script: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const command = [...program(`scripts/${script}`), ...args]
    const env = { PATH: process.env['PATH'], ...environment }
    execFile(process.execPath, command, { env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    )
  })
}
const tenants = (...args: string[]) => run('tenants', ...args)

/** Reverts the newest migrations. A broken tenant keeps the index, so that they cannot be applied again. */
async function takeBack(tenant: Made, options = { index: true }): Promise<void> {
  const db = tenantSql(tenant.database_name)
  await db`delete from schema_migrations where created_at >= ${migrations[taken]?.folderMillis ?? 0}`
  await db`drop index if exists documents_media_type`
  await db`create index if not exists documents_mime_type on documents (mime_type, created_at, id)`
  await takeBackTables(db)
  if (options.index) await db`drop index files_unverified`
}
const recorded = () => sql`
  select tenant_id, version, error from tenant_migrations order by tenant_id`

void t.test('wrong usage is explained', async (t) => {
  const help = await tenants('--help')
  t.equal(help.code, 0)
  for (const word of ['migrate', '--concurrency', '--dry-run', 'status', '--json'])
    t.ok(help.out.includes(word), word)
  const wrong: [string[], RegExp][] = [
    [['bogus'], /There is no command "bogus"/],
    [['migrate', '--concurrency', '0'], /--concurrency must be a whole number from 1 to 100/],
    [['migrate', '--tenant', 'x'], /There is no tenant x that is ready/],
    [['status', '--all'], /--help/]
  ]
  for (const [args, says] of wrong) t.match(await tenants(...args), { code: 2, err: says })
})

void t.test('tenants are listed, shown and deleted', async (t) => {
  const gone = await createTenant(admin, 'gone')
  t.match(await tenants('delete', gone.id), {
    code: 2,
    err: /closes gone .* for its 1 members; confirm with --yes/
  })
  t.match(await tenants('delete', gone.id, '--yes'), { code: 0, out: /is deleted/ })
  t.match(await tenants('delete', gone.id, '--yes'), { code: 0, out: /is already deleted/ })
  await until(async () => (await admin.get(`/api/tenants/${gone.id}/documents`)).status !== 200)
  const events =
    await sql`select event_type, user_id, data->'details'->>'by' as by from ${committedEvents(sql)}
    where tenant_id = ${gone.id} and event_type <> 'tenant.created' and user_id is null order by event_type`
  t.match([...events], [{ event_type: 'audit.log', by: 'operator' }, { event_type: 'tenant.deleted' }])

  const listed = await tenants('list')
  t.match(listed, {
    code: 0,
    out: /^state\tid\tname\tmembers\tcreated\tserver\tdatabase$/m,
    err: '4 tenants'
  })
  t.match(listed.out, new RegExp(`^deleted\\t${gone.id}\\tgone\\t1\\t`, 'm'))
  t.match(listed.out, new RegExp(`^active\\t${last.id}\\t`, 'm'))
  const shown = await tenants('show', gone.id)
  t.match(shown, { code: 0, out: /^state +deleted$/m })
  t.match(shown.out, new RegExp(`^admin +${admin.email} `, 'm'))
  t.match(await tenants('show', 'x'), { code: 2, err: /There is no tenant x;/ })

  const failed = await createTenant(admin, 'failed')
  await sql`update tenants set status = 'failed' where id = ${failed.id}`
  t.match(await tenants('delete', failed.id, '--yes'), { code: 0, out: /is deleted/ })
  t.match((await tenants('show', failed.id)).out, /^state +deleted$/m)
  await sql`delete from tenants where id in (${gone.id}, ${failed.id})`
  await places.drop(failed.database_name)
  await places.drop(gone.database_name)
})

void t.test('status inspects tenants that no command has migrated', async (t) => {
  t.same(await recorded(), [])
  const { code, out, err } = await tenants('status')
  t.equal(code, 0)
  t.equal(out.trim().split('\n').length, 4)
  t.match(out, /^state\tid\tname\t/)
  t.match(err, '3 current, 0 behind, 0 ahead, 0 failed')
  t.match(out, `current\t${first.id}\t`)
  t.notMatch(out, '\u001b')
  const version = String(newest?.folderMillis)
  t.same(
    await recorded(),
    [first, broken, last].map(({ id }) => ({ tenant_id: id, version, error: null }))
  )
})

void t.test('a tenant whose migration fails stops no other, and is retried', async (t) => {
  await app.close()
  for (const tenant of [first, broken, last]) await takeBack(tenant, { index: tenant !== broken })
  await sql`update tenant_migrations set version = ${beforeTaken?.folderMillis ?? 0} where tenant_id <> ${last.id}`
  await sql`delete from tenant_migrations where tenant_id = ${last.id}`

  const dry = await tenants('migrate', '--dry-run')
  t.match(dry, {
    code: 0,
    out: new RegExp(`${broken.id}\\): ${migrations.length - taken} to apply[^]*3 tenants would be migrated`)
  })
  t.match(await tenants('status', '--tenant', last.id), { code: 1, err: '0 current, 1 behind' })

  const migrated = await tenants('migrate', '--concurrency', '2')
  t.equal(migrated.code, 1)
  t.match(migrated.out, /2 tenants were migrated, 0 were up to date, 1 failed/)
  t.match(migrated.out, new RegExp(`${broken.id}\\): relation "files_unverified" already exists`))
  const shown = (await tenants('status', '--json')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; state: string; error: string | null })
  t.match(shown, [
    { id: first.id, state: 'current', error: null },
    { id: broken.id, state: 'failed', error: 'relation "files_unverified" already exists' },
    { id: last.id, state: 'current', error: null }
  ])

  await tenantSql(broken.database_name)`drop index files_unverified`
  t.match(await run('migrate'), { code: 0, out: /1 tenants were migrated, 0 were up to date, 0 failed/ })
  t.match(await tenants('migrate'), { code: 0, out: /0 tenants were migrated, 0 were up to date, 0 failed/ })
  t.match(await tenants('migrate', '--tenant', last.id), { code: 0, out: /1 were up to date/ })
  t.match(await tenants('status'), { code: 0, err: '3 current' })
})

void t.test('status reports migrations on first use too', async (t) => {
  await takeBack(first)
  await takeBack(broken, { index: false })
  const api = await startApi(t, config)
  const list = (tenant: Made) =>
    fetch(`${api.url}/api/tenants/${tenant.id}/documents`, {
      headers: { authorization: `Bearer ${admin.token}` }
    })
  t.equal((await list(first)).status, 200)
  t.equal((await list(broken)).status, 503)
  t.match(await recorded(), [{ error: null }, { error: /already exists/ }, { error: null }])
  t.match(await tenants('status'), { code: 1, err: '2 current, 0 behind, 0 ahead, 1 failed' })
})
