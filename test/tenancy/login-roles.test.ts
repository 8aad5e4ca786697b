import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import t from 'tap'
import { databaseName, maintenanceUrl, withDatabase, withLogin } from '../../db/database-url.js'
import { codeOf } from '../../db/error-codes.js'
import { BUILDING, mainServerNames } from '../../plugins/tenancy/server-names.js'
import { createTemplateDatabase } from '../../plugins/tenancy/template-database.js'
import { createTenantRoles } from '../../plugins/tenancy/tenant-roles.js'
import { Client, createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { startDatabaseAdapter } from '../helpers/database-adapter.js'
import { createInstallation } from '../helpers/installation.js'

const installation = await createInstallation(t, { TENANCY_STRATEGY: 'database' })
const { config, configWith, sql, tenantSql } = installation
const { url } = await startApi(t, config)
const admin = await signUp(url)
const [mine, theirs] = [await createTenant(admin, 'Mine'), await createTenant(admin, 'Theirs')]
const main = config.database.url
const roles = createTenantRoles(main, String(config.tenancy.roleSecret), mainServerNames(main))

/** Logs in to a database with the role of another tenant. */
function connect(database: string, role: string, from = roles): postgres.Sql {
  const client = postgres(withLogin(withDatabase(main, database), from.login(role)), {
    max: 1,
    onnotice: () => undefined
  })
  t.teardown(() => client.end())
  return client
}
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'works',
    (error: unknown) => codeOf(error)
  )

void t.test("the API connects to a tenant as the tenant's role", async (t) => {
  await uploaded(admin, mine.id, 'content')
  const users = await sql<{ usename: string }[]>`
    select distinct usename from pg_stat_activity where datname = ${mine.database_name}`
  t.same([...users], [{ usename: mine.database_name }])
  const [role] = await sql`select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls
    from pg_roles where rolname = ${mine.database_name}`
  t.same(Object.values({ ...role }), Array(5).fill(false))
})

void t.test('a role can enter only its own database', async (t) => {
  const maintenance = databaseName(maintenanceUrl(main))
  const roleOf = mine.database_name
  t.equal(await outcome(connect(roleOf, roleOf)`select 1`), 'works')
  for (const database of [theirs.database_name, databaseName(main), maintenance, 'template1'])
    t.equal(await outcome(connect(database, roleOf)`select 1`), '42501', database)
  t.equal(
    await outcome(connect(roleOf, theirs.database_name)`select 1`),
    '42501',
    "another tenant's role cannot enter this one"
  )
})

void t.test("a role reads and writes its tenant's data, and creates nothing", async (t) => {
  const tenant = connect(mine.database_name, mine.database_name)
  t.equal((await tenant`select from documents`).length, 1)
  t.equal(await outcome(tenant`update documents set filename = 'other'`), 'works')
  const { group } = mainServerNames(main)
  for (const attempt of [
    'create table stolen (id int)',
    'create temp table stolen (id int)',
    'create schema stolen',
    'create database stolen',
    'create role stolen',
    'drop table documents',
    'truncate documents',
    'alter table documents add column stolen int',
    `insert into schema_migrations (created_at, hash) values (1, 'x')`,
    `grant connect on database "${theirs.database_name}" to "${mine.database_name}"`,
    `alter database "${mine.database_name}" rename to stolen`,
    `grant "${theirs.database_name}" to "${mine.database_name}"`,
    'select * from pg_authid',
    `copy documents to program 'true'`
  ]) {
    t.equal(await outcome(tenant.unsafe(attempt)), '42501', attempt)
  }
  t.not(await outcome(tenant.unsafe(`alter role "${group}" login`)), 'works')
})

void t.test("a later migration's table is open to the role", async (t) => {
  const owner = tenantSql(mine.database_name)
  await owner`create table later (id serial primary key)`
  t.equal(
    await outcome(connect(mine.database_name, mine.database_name)`insert into later default values`),
    'works'
  )
})

void t.test('passwords are not sent in plain text, and depend on the secret', async (t) => {
  const { inside } = roles
  const statements = roles.create(mine.database_name) + inside
  t.match(statements, /password 'SCRAM-SHA-256\$1:/)
  t.notMatch(statements, roles.login(mine.database_name).password)
  const other = createTenantRoles(main, 'another secret', mainServerNames(main))
  t.equal(await outcome(connect(mine.database_name, mine.database_name, other)`select 1`), '28P01')
})

void t.test('after a change of the secret, first use and migrate set the new passwords', async (t) => {
  const changed = configWith({ TENANT_ROLE_SECRET: randomBytes(32).toString('hex') })
  const { adapter, errors } = startDatabaseAdapter(t, changed)
  const work = () =>
    adapter.withPlace(mine.database_name, (store) => store.usage.read({ bytes: null, documents: null }))
  const many = await Promise.all(Array.from({ length: 10 }, work))
  t.equal(many.length, 10)
  await adapter.migrate(theirs)
  t.same(errors, [])
  const now = createTenantRoles(main, String(changed.tenancy.roleSecret), mainServerNames(main))
  for (const { database_name } of [mine, theirs])
    t.equal(await outcome(connect(database_name, database_name, now)`select 1`), 'works')
  await uploaded(admin, theirs.id, 'the process with the old secret sets it back')
})

void t.test('a tenant older than the roles gets one on first use', async (t) => {
  const without = await startApi(t, configWith({ TENANT_LOGIN_ROLES: 'false' }))
  const tenant = await createTenant(new Client(without.url, admin.token), 'Old')
  const roleOf = () => sql`select from pg_roles where rolname = ${tenant.database_name}`
  t.equal((await roleOf()).length, 0, 'none without the setting')
  await tenantSql(tenant.database_name)`grant create on schema public to public`
  await uploaded(admin, tenant.id, 'content')
  t.equal((await roleOf()).length, 1)
  const role = connect(tenant.database_name, tenant.database_name)
  t.equal(await outcome(role`create table stolen (id int)`), '42501')
})

void t.test('an existing foreign role of the same name is left alone', async (t) => {
  const stranger = `tenant_stranger_${randomBytes(4).toString('hex')}`
  await sql`create role ${sql(stranger)}`
  t.teardown(() => sql`drop role ${sql(stranger)}`)
  await t.rejects(roles.admit(stranger, withDatabase(main, stranger)), /belongs to something else/)
  const [row] = await sql`select rolcanlogin from pg_roles where rolname = ${stranger}`
  t.equal(row?.['rolcanlogin'], false)
})

void t.test('a login that cannot create roles gets an error that says what to do', async (t) => {
  const limited = `limited_${randomBytes(4).toString('hex')}`
  await sql`create role ${sql(limited)} login createdb password 'x'`
  const database = `${databaseName(main)}_limited`
  await sql`create database ${sql(database)} owner ${sql(limited)}`
  t.teardown(async () => {
    await sql`drop database ${sql(database)} with (force)`
    await sql`drop role ${sql(limited)}`
  })
  const login = withLogin(withDatabase(main, database), { username: limited, password: 'x' })
  const limitedRoles = createTenantRoles(login, 'secret', mainServerNames(login))
  const why = /CREATEROLE, or set TENANT_LOGIN_ROLES=false/
  await t.rejects(limitedRoles.ensureGroup(), why)
  await t.rejects(limitedRoles.admit(database, login), why)
  const [row] = await sql`select has_database_privilege('public', ${database}, 'connect') as open`
  t.equal(row?.['open'], false, 'an admission that did not finish has closed the database to all other roles')
})

void t.test('nobody who can enter the maintenance database keeps the group from being created', async (t) => {
  const holder = postgres(maintenanceUrl(main), { max: 1 })
  await holder`select pg_advisory_lock(hashtext('strongroom roles'))`
  await roles.ensureGroup()
  await holder.end()
  const { group } = mainServerNames(main)
  t.equal((await sql`select from pg_roles where rolname = ${group}`).length, 1)
})

void t.test('a template is closed to all other roles while it is built', async (t) => {
  const inside = `do $$ begin
    if has_database_privilege('public', current_database(), 'connect') then raise exception 'open'; end if;
  end $$`
  const templatePrefix = `${databaseName(main)}_template_`
  const template = createTemplateDatabase(main, { templatePrefix }, { ...roles, inside })
  t.teardown(async () => {
    for (const name of [template.name, template.name + BUILDING])
      await sql`drop database if exists ${sql(name)}`
  })
  await template.ensure()
  const [row] = await sql`select datallowconn as open from pg_database where datname = ${template.name}`
  t.equal(row?.['open'], false)
})
