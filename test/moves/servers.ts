import { randomBytes } from 'node:crypto'
import type postgres from 'postgres'
import type { Test } from 'tap'
import { withDatabase } from '../../db/database-url.js'
import { connect } from '../../db/connect.js'
import { createInstallation, type Installation } from '../helpers/installation.js'
import { testServices } from '../helpers/services.js'

/** An installation with a second server, `two`: a database on the same server, unless the test starts another. */
export interface TwoServers extends Installation {
  /** The installation's database on the second server. */
  secondUrl: string
  strategies: Strategies
}

/** The strategies of the main server and of the second one. */
export type Strategies = readonly ['database' | 'schema', 'database' | 'schema']

/** How to connect to a tenant's place so that bare table names are the tenant's. */
export function placeOf(
  { config, secondUrl, strategies }: TwoServers,
  { server, database_name: name }: { server: string; database_name: string }
): { url: string; connection: { search_path?: string } } {
  const [url, strategy] = server === 'two' ? [secondUrl, strategies[1]] : [config.database.url, strategies[0]]
  return strategy === 'schema'
    ? { url, connection: { search_path: name } }
    : { url: withDatabase(url, name), connection: {} }
}

export async function createTwoServers(
  t: Test,
  strategies: Strategies,
  settings: Record<string, string> = {},
  secondServer = testServices().databaseUrl
): Promise<TwoServers> {
  const { databaseUrl } = testServices()
  const name = `test_${randomBytes(6).toString('hex')}`
  const secondUrl = withDatabase(secondServer, name)
  const admin = connect(secondServer, { max: 1, onnotice: () => undefined })
  await admin`create database ${admin(name)} template template0 encoding 'UTF8'`
  t.teardown(async () => {
    await admin`drop database ${admin(name)} with (force)`
    await admin.end()
  })
  const [main, two] = strategies
  const installation = await createInstallation(t, {
    TENANCY_STRATEGY: main,
    TENANT_SERVERS: JSON.stringify({ two: { url: secondUrl } }),
    SWEEP_INTERVAL: '1',
    ...settings
  })
  const second = connect(secondUrl, { max: 1, onnotice: () => undefined })
  await second`create extension pg_trgm with schema public`
  await second.end()
  // Closed, so that new tenants are placed on the main server.
  await installation.sql`insert into servers (name, strategy, state) values ('two', ${two}, 'closed')`
  t.teardown(async () => {
    for (const server of new Set([databaseUrl, secondServer])) await dropPlaces(installation.sql, server)
  })
  return { ...installation, secondUrl, strategies }
}

/** Drops databases that moves left, with their roles, which no tenant's row names any more. */
async function dropPlaces(main: postgres.Sql, server: string): Promise<void> {
  const admin = connect(server, { max: 1, onnotice: () => undefined })
  try {
    await dropPlacesOn(main, admin)
  } finally {
    await admin.end()
  }
}

async function dropPlacesOn(main: postgres.Sql, admin: postgres.Sql): Promise<void> {
  const tenants = await main<{ place: string }[]>`
    select regexp_replace(database_name, '_g[0-9]+(_[0-9a-f]{8})?$', '') as place from tenants`
  for (const { place } of tenants) {
    const databases = await admin<{ name: string }[]>`
      select datname as name from pg_database where starts_with(datname, ${place})`
    for (const { name } of databases) await admin`drop database ${admin(name)} with (force)`
    const roles = await admin<{ name: string }[]>`
      select rolname as name from pg_roles where starts_with(rolname, ${place})`
    for (const { name } of roles) await admin`drop role ${admin(name)}`
  }
  const [row] = await main<{ uid: string }[]>`select uid from installation`
  if (row === undefined) return
  const { serverNames } = await import('../../plugins/tenancy/server-names.js')
  const { group, templatePrefix } = serverNames(row.uid)
  const templates = await admin<{ name: string }[]>`
    select datname as name from pg_database where starts_with(datname, ${templatePrefix})`
  for (const { name } of templates) await admin`drop database ${admin(name)} with (force)`
  await admin`drop role if exists ${admin(group)}`
}
