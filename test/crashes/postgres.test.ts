import { randomBytes, randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import t from 'tap'
import { createClient } from '../../db/client.js'
import { createTenantStore } from '../../db/tenant/store.js'
import { resource } from '../../plugins/resources.js'
import { identify, signal } from '../../scripts/embedded/process-identity.js'
import { startServices } from '../../scripts/embedded/start-services.js'
import { createWorkerServices } from '../../workers/compose.js'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { waitingEvents } from '../helpers/committed-events.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'

const UPLOADS = 12
/** The operating system survives the crash, so written data is kept without fsync; only commits write. */
const SETTINGS = {
  ...{ fsync: 'off', autovacuum: 'off', checkpoint_timeout: '1h', bgwriter_lru_maxpages: '0' }
}

t.test(
  'a crash of PostgreSQL right after asynchronous commits loses only work that is repeated',
  async (t) => {
    const dataDir = temporaryDataDir(t)
    const server = await startServices({ postgres: true, broker: false, dataDir, settings: SETTINGS })
    t.teardown(() => server.stop('immediate'))
    const { config, sql, tenantSql } = await createInstallation(t, {
      ...{ DATABASE_URL: server.databaseUrl('crash'), EVENTS: 'internal', KAFKA_BROKERS: '' },
      ...{ TENANCY_STRATEGY: 'database', JWT_ACCESS_TTL: '86400', LOG_LEVEL: 'silent' }
    })
    const { app, url } = await startApi(t, config)
    const ada = await signUp(url)
    const tenant = await createTenant(ada)
    const db = tenantSql(tenant.database_name)
    const verified = async () => (await db`select from files where verification = 'intact'`).length
    const audited = async () =>
      (await sql`select from audit_log where action = 'document.created' and tenant_id = ${tenant.id}`).length
    const contents = Array.from({ length: UPLOADS }, () => randomBytes(1000))
    const documents = []
    for (const content of contents) documents.push(await uploaded(ada, tenant.id, content))
    await until(async () => (await db`select from outbox`).length === 0)
    const logged = () => db`select event_id, position from events order by position`
    const before = await logged()

    // Without the WAL writer, only synchronous commits reach the disk.
    const writers = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity where backend_type = 'walwriter'`
    const writer = identify(writers[0]?.pid ?? 0)
    if (writer === undefined) throw new Error('PostgreSQL has no WAL writer')
    signal(writer, 'SIGSTOP')
    // No database can be dropped while the WAL writer is stopped.
    t.teardown(() => signal(writer, 'SIGCONT'))
    const { verification } = createWorkerServices(app)
    for (const { file_id } of documents) t.equal(await verification.verify(tenant, file_id), 'intact')
    const owner = randomUUID()
    await resource(app, 'router').withTenant(tenant, async ({ eventLog: { cursors } }) => {
      await cursors.claim('file.process', owner, 60)
      t.ok(await cursors.save('file.process', owner, before.length, 60))
    })
    // PostgreSQL then ends all its processes and loses its shared memory.
    signal(writer, 'SIGKILL')

    const again = <T>(work: () => Promise<T>): Promise<T> => work().catch(() => again(work))
    const kept = await again(verified)
    t.comment(`${kept} of ${UPLOADS} verifications survived the crash`)
    t.same(await again(logged), before, 'no event and no position is lost')
    await startWorker(t, config)
    await until(() => again(async () => (await verified()) === UPLOADS))
    await until(() => again(async () => (await audited()) === UPLOADS))
    await until(() => again(async () => (await waitingEvents(db)) === 0))
    // The API may notice only now that its connections are lost.
    await until(async () => (await ada.get(`/api/tenants/${tenant.id}/documents`)).status === 200)
    for (const [index, { id }] of documents.entries()) {
      const path = `/api/tenants/${tenant.id}/documents/${id}/content`
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${ada.token}` } })
      t.equal(response.status, 200)
      t.same(Buffer.from(await response.arrayBuffer()), contents[index])
    }
  }
)

t.test('only work that can be repeated commits asynchronously', async (t) => {
  const { config } = await createInstallation(t, { TENANCY_STRATEGY: 'database' })
  const { url } = await startApi(t, config)
  const ada = await signUp(url)
  const { id, database_name } = await createTenant(ada)
  const { file_id } = await uploaded(ada, id, 'a file')
  const tenantUrl = new URL(config.database.url)
  tenantUrl.pathname = `/${database_name}`
  const client = createClient(tenantUrl.href, { max: 1, applicationName: 'strongroom-test' })
  t.teardown(() => client.close())
  /** The `synchronous_commit` of a transaction after `work`. */
  const commitOf = (work: (store: ReturnType<typeof createTenantStore>) => Promise<unknown>) =>
    client.sql.begin(async (transaction) => {
      await work(createTenantStore({ sql: transaction as unknown as postgres.Sql }))
      const [row] = await transaction`select current_setting('synchronous_commit') as commit`
      return row?.['commit'] as string
    })
  const owner = randomUUID()
  const found = { id: file_id, owner, verification: 'intact', detectedType: null } as const
  t.equal(await commitOf((store) => store.verifications.lease([{ id: file_id, owner }], 30)), 'off')
  t.equal(await commitOf((store) => store.verifications.renew(file_id, owner, 30)), 'off')
  t.equal(await commitOf((store) => store.verifications.record([found], id)), 'off')
  t.equal(await commitOf((store) => store.eventLog.settle(1, [])), 'off')
  t.equal(await commitOf((store) => store.eventLog.cursors.claim('file.process', owner, 1)), 'off')
  t.equal(await commitOf((store) => store.eventLog.take(500)), 'on', 'a position is assigned only once')
  t.equal(await commitOf((store) => store.pendingObjects.reserve('tenants/x', 30)), 'on')
})
