// A process that restores tenants is killed at every step, and the worker finishes or undoes the restores.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import { resource } from '../../plugins/resources.js'
import { program } from '../../scripts/program.js'
import { createArchiveWriter } from '../../src/services/archives/write-archive.js'
import {
  createTenant,
  signUp,
  startApi,
  uploaded,
  type Page,
  type TestDocument,
  type TestTenant
} from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { leftoversOf } from './leftovers.js'
import { createTwoServers, placeOf } from './servers.js'
import { CLOSED, RESTORE_STEPS } from './steps.js'
import { connect } from '../../db/connect.js'

t.setTimeout(300_000)
const installation = await createTwoServers(t, ['database', 'schema'])
const { config, environment, sql } = installation
const { app, url } = await startApi(t, config)
const admin = await signUp(url)
const folder = await mkdtemp(join(tmpdir(), 'strongroom-restores-'))
t.teardown(() => rm(folder, { recursive: true, force: true }))
const write = createArchiveWriter({
  router: resource(app, 'router'),
  storage: resource(app, 'tenantStorage'),
  archives: resource(app, 'database').archives
})
const root = config.storage.driver === 'disk' ? config.storage.root : ''

const rowOf = async (id: string) => {
  const [row] = await sql<
    { id: string; name: string; server: string; database_name: string; generation: number }[]
  >`
    select id, name, server, database_name, generation from tenants where id = ${id}`
  if (row === undefined) throw new Error('The tenant is gone')
  return row
}
const contentsOf = async (tenant: TestTenant) => {
  const { body } = await admin.get<Page<TestDocument>>(`/api/tenants/${tenant.id}/documents`)
  return body.data.items.map(({ id, filename }) => `${id} ${filename}`).sort()
}
async function inPlace<T>(id: string, work: (place: ReturnType<typeof connect>) => Promise<T>): Promise<T> {
  const { url, connection } = placeOf(installation, await rowOf(id))
  const place = connect(url, { max: 1, connection, onnotice: () => undefined })
  try {
    return await work(place)
  } finally {
    await place.end()
  }
}

/** A tenant that has changed since its archive was made. */
async function prepareTenant(step: string, server: string) {
  await sql`update servers set state = case when name = ${server} then 'open' else 'closed' end`
  const tenant = await createTenant(admin, step)
  const path = `/api/tenants/${tenant.id}/documents`
  const [changed, deleted] = await Promise.all(
    ['changed', 'deleted'].map((name) => uploaded(admin, tenant.id, `${name} ${step}`, { filename: name }))
  )
  if (changed === undefined || deleted === undefined) throw new Error('Nothing was uploaded')
  const archived = await contentsOf(tenant)
  const archive = join(folder, `${tenant.id}.tar`)
  await write(await rowOf(tenant.id), (chunks) => pipeline(Readable.from(chunks), createWriteStream(archive)))
  await admin.send('PUT', `${path}/${changed.id}`, { filename: 'another name' })
  await admin.delete(`${path}/${deleted.id}`)
  await uploaded(admin, tenant.id, `new ${step}`, { filename: 'new' })
  return { step, server, tenant, archive, archived, latest: await contentsOf(tenant) }
}

void t.test('a restorer is killed at each step', async (t) => {
  const tenants: Awaited<ReturnType<typeof prepareTenant>>[] = []
  for (const [index, step] of RESTORE_STEPS.entries())
    tenants.push(await prepareTenant(step, index % 2 === 0 ? 'main' : 'two'))
  const restorer = spawn(
    process.execPath,
    [
      ...program('test/moves/restorers'),
      ...tenants.map(({ tenant, step, archive }) => `${tenant.id}=${step}=${archive}`)
    ],
    { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] }
  )
  const ended = once(restorer, 'exit')
  const reached = new Set<string>()
  for await (const step of createInterface({ input: restorer.stdout }))
    if (reached.add(step).size === RESTORE_STEPS.length) break
  t.same([...reached].sort(), [...RESTORE_STEPS].sort(), 'every step was reached')
  restorer.kill('SIGKILL')
  await ended
  // Ends the lease early.
  await sql`update tenant_moves set lease_until = now() - interval '1 second' where lease_until is not null`
  await startWorker(t, config)
  await until(async () => (await sql`select from tenant_moves where state <> 'switched'`).length === 0)

  for (const { step, server, tenant, archived, latest } of tenants) {
    const restored = CLOSED.includes(step)
    t.match(await rowOf(tenant.id), { server, generation: restored ? 2 : 1 }, step)
    t.same(
      await contentsOf(tenant),
      restored ? archived : latest,
      'the tenant has all of the archive or none of it'
    )
    await uploaded(admin, tenant.id, `after ${step}`)
    const events = await inPlace(
      tenant.id,
      (place) => place`
      select event_type from outbox where event_type = 'tenant.restored'
      union all select event_type from events where event_type = 'tenant.restored'`
    )
    t.equal(events.length, restored ? 1 : 0, 'a finished restore was announced once')
    const promised = await inPlace(
      tenant.id,
      (place) => place`select state from pending_objects where state = 'upload'`
    )
    t.same(promised, [], 'the objects of an undone restore are due for deletion')
  }
  await sql`update tenant_moves set drop_after = now() - interval '1 second'`
  await until(async () => (await sql`select from tenant_moves`).length === 0)
  for (const { step, tenant } of tenants) {
    t.same(await leftoversOf(installation, tenant.id), [], `no place is left after ${step}`)
    await inPlace(tenant.id, async (place) => {
      await place`update pending_objects set deadline = now() - interval '1 hour'`
      await sql`update tenant_visits set due_at = now() - interval '1 second' where tenant_id = ${tenant.id}`
      await until(async () => (await place`select from pending_objects`).length === 0)
      const files = await place<{ s3_path: string }[]>`select s3_path from files`
      t.same(
        await objectsOf(tenant.id),
        files.map(({ s3_path }) => s3_path).sort(),
        `no object is left after ${step}`
      )
    })
  }
})

async function objectsOf(tenantId: string): Promise<string[]> {
  const entries = await readdir(join(root, 'tenants', tenantId), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
}
