import type postgres from 'postgres'
import { SESSION_LIMITS } from '../client.js'
import { quoteName } from '../quote.js'
import { markDatabase } from './database-marks.js'

/** Statements about whole databases. Only `handOver` may run in a transaction. */

export async function databaseExists(session: postgres.Sql, name: string): Promise<boolean> {
  return (await session`select from pg_database where datname = ${name}`).length > 0
}

export async function listDatabases(session: postgres.Sql, prefix: string): Promise<string[]> {
  const rows = await session<{ name: string }[]>`
    select datname as name from pg_database where starts_with(datname, ${prefix})`
  return rows.map(({ name }) => name)
}

/** Creates an empty database with encoding UTF8, which at no moment lets anybody but its owner connect. */
export async function createDatabase(session: postgres.Sql, name: string): Promise<void> {
  await session`create database ${session(name)} template template0 encoding 'UTF8' allow_connections false`
  await closeToPublic(session, name)
  await session`alter database ${session(name)} allow_connections true`
}

/** Creates a copy of a template, closed to connections. Rights on the database itself are not copied. */
export async function cloneDatabase(session: postgres.Sql, name: string, template: string): Promise<void> {
  await session`create database ${session(name)} template ${session(template)} allow_connections false`
}

/** Lets only the owner connect, and roles to which the owner grants it. */
export async function closeToPublic(session: postgres.Sql, name: string): Promise<void> {
  await session`revoke all on database ${session(name)} from public`
}

/**
 * The statements that give sessions in a database our limits by default, for those that come through a pooler: it does
 * not let a client ask for them.
 */
const limits = (name: string): string =>
  Object.entries(SESSION_LIMITS)
    .map(([setting, limit]) => `alter database ${quoteName(name)} set ${setting} = ${limit};`)
    .join(' ')

/** Sets our limits in a database that was handed over before; see `handOver`. */
export async function limitSessions(session: postgres.Sql, name: string): Promise<void> {
  await session.unsafe(limits(name))
}

/** Opens a closed database to those who may connect, while `work` runs. */
export async function whileOpen(
  session: postgres.Sql,
  name: string,
  work: () => Promise<void>
): Promise<void> {
  await session`alter database ${session(name)} allow_connections true`
  await work()
  await session`alter database ${session(name)} allow_connections false`
}

/** Closes and renames a finished database; PostgreSQL refuses the renaming while anyone is connected. */
export async function closeAndRename(session: postgres.Sql, name: string, newName: string): Promise<void> {
  await session`alter database ${session(name)} allow_connections false`
  await session`alter database ${session(name)} rename to ${session(newName)}`
}

/** Drops a database if it exists, ending the sessions in it. */
export async function dropDatabase(session: postgres.Sql, name: string): Promise<void> {
  await session`drop database if exists ${session(name)} with (force)`
}

/**
 * Gives a closed database its name, owner's mark and role, in one round trip.
 * @param mark identifies the owner
 * @param pooled whether sessions come through a pooler, so that the database itself must limit them
 * @param role statements that let a login role in, if there is one
 */
export async function handOver(
  transaction: postgres.TransactionSql,
  closed: string,
  {
    name,
    mark,
    pooled,
    role = ''
  }: { name: string; mark: string; pooled: boolean; role?: string | undefined }
): Promise<void> {
  await transaction.unsafe(
    `alter database ${quoteName(closed)} rename to ${quoteName(name)};
     alter database ${quoteName(name)} allow_connections true;
     ${markDatabase(name, mark)};
     ${pooled ? limits(name) : ''}
     ${role}`
  )
}
