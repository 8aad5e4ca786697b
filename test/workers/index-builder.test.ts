import t from 'tap'
import { indexesVersion } from '../../db/indexes/desired-indexes.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'

const { config, sql, tenantSql } = await createInstallation(t)
const { url } = await startApi(t, config)

t.test('the worker builds missing indexes, and records that', async (t) => {
  const tenant = await createTenant(await signUp(url))
  const db = tenantSql(tenant.database_name)
  await db`drop index documents_created`
  await db`alter table documents add constraint documents_note check (length(mime_type) < 50) not valid`
  await sql`drop index audit_log_timestamp`
  await startWorker(t, config)
  const recorded = async () =>
    (
      await sql<{ indexes: string; version: string }[]>`
      select indexes, version from tenant_migrations where tenant_id = ${tenant.id}`
    )[0]
  await until(async () => (await recorded())?.indexes === indexesVersion('tenant'))
  t.ok((await recorded())?.version, 'the migrated version is recorded too')
  const left = await db`select from pg_constraint where conrelid = 'documents'::regclass and not convalidated`
  t.equal(left.length, 0)
  const isValid = (index: string) => [{ valid: true, index }]
  for (const [client, index] of [
    [db, 'documents_created'],
    [sql, 'audit_log_timestamp']
  ] as const)
    t.same(
      [
        ...(await client`select indisvalid as valid, ${index}::text as index from pg_index
        where indexrelid = to_regclass(${index})`)
      ],
      isValid(index)
    )
})
