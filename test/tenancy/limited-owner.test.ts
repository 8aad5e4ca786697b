import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import t from 'tap'
import { maintenanceUrl, withDatabase, withLogin } from '../../db/database-url.js'
import { prepareMainDatabase } from '../../db/prepare-main-database.js'
import { mainServerNames } from '../../plugins/tenancy/server-names.js'
import { createTenantRoles } from '../../plugins/tenancy/tenant-roles.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { testServices } from '../helpers/services.js'

/*
 * The whole life of a tenant under a main login that is no superuser and has the rights in docs/DEPLOYMENT.md. Such a
 * login may end only sessions of roles whose rights it has, so purges are tried with open sessions.
 */
const { databaseUrl } = testServices()
const installation = await createInstallation(t, { TENANCY_STRATEGY: 'database' })
const owner = `owner_${randomBytes(4).toString('hex')}`
const main = `test_${randomBytes(6).toString('hex')}`
const superuser = postgres(maintenanceUrl(databaseUrl), { max: 1, onnotice: () => undefined })
await superuser.unsafe(`create role ${owner} login nosuperuser createdb createrole password 'x'`)
await superuser.unsafe(`grant connect on database postgres to ${owner}`)
const url = withLogin(withDatabase(databaseUrl, main), { username: owner, password: 'x' })
const config = installation.configWith({ DATABASE_URL: url, TENANT_SPARES: '1' })
await prepareMainDatabase(config, () => undefined)
const sql = postgres(url, { max: 2, onnotice: () => undefined })
const opened = openInstallation(config)
const { places, router } = opened

t.teardown(async () => {
  await opened.close()
  await sql.end()
  const left = await superuser<{ name: string }[]>`
    select datname as name from pg_database join pg_roles owner on owner.oid = datdba where owner.rolname = ${owner}`
  for (const { name } of left) await superuser`drop database ${superuser(name)} with (force)`
  const roles = await superuser<{ name: string }[]>`
    select role.rolname as name from pg_auth_members member join pg_roles role on role.oid = member.roleid
      join pg_roles parent on parent.oid = member.member where parent.rolname = ${owner}`
  for (const { name } of roles) await superuser`drop role if exists ${superuser(name)}`
  await superuser.unsafe(`drop owned by ${owner}; drop role ${owner}`)
  await superuser.end()
})

async function insert(name: string) {
  const tenant = {
    id: `5b7c2a52-6f0c-4c2e-9f0e-${randomBytes(6).toString('hex')}`,
    database_name: `tenant_${randomBytes(8).toString('hex')}`,
    server: 'main'
  }
  await sql`insert into tenants (id, name, database_name, status)
    values (${tenant.id}, ${name}, ${tenant.database_name}, 'active')`
  return tenant
}
const write = (tenant: { id: string; database_name: string; server: string }) =>
  router.withTenant(tenant, (store) => store.pendingObjects.reserve(`tenants/${tenant.id}/x`, 1))
/** A session of the tenant's own login that stays open. */
async function sit(database: string): Promise<postgres.Sql> {
  const roles = createTenantRoles(url, String(config.tenancy.roleSecret), mainServerNames(url))
  const session = postgres(withLogin(withDatabase(url, database), roles.login(database)), { max: 1 })
  await session`select 1`
  return session
}

void t.test('a tenant is created, used, migrated and purged while it is connected', async (t) => {
  const tenant = await insert('made')
  await places.provision(tenant)
  await write(tenant)
  t.match(await places.migrate(tenant), { applied: 0 })
  await places.asOwner(tenant, (store) =>
    store.usage.setLimits({ documents: 1 }, { tenantId: tenant.id, osUser: 'root' })
  )
  const session = await sit(tenant.database_name)
  t.same(await places.drop(tenant), { places: 1, roles: 1 })
  await t.rejects(session`select 1`)
  await session.end()
  t.equal(await places.exists(tenant), false)
})

void t.test('a tenant created from a spare is purged too', async (t) => {
  places.refill()
  await until(async () => (await sql`select from tenant_spares`).length > 0)
  const tenant = await insert('spare')
  t.equal(await sql.begin((transaction) => places.adopt(transaction, tenant)), true)
  await write(tenant)
  const session = await sit(tenant.database_name)
  t.same(await places.drop(tenant), { places: 1, roles: 1 })
  await session.end()
})

void t.test(
  'a tenant with the role of an earlier version, whose rights the main login lacks, is purged too',
  async (t) => {
    const tenant = await insert('old')
    await places.provision(tenant)
    await sql.unsafe(`revoke "${tenant.database_name}" from ${owner}`)
    const session = await sit(tenant.database_name)
    t.same(await places.drop(tenant), { places: 1, roles: 1 })
    await session.end()
  }
)
