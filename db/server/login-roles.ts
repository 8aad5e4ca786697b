import type postgres from 'postgres'
import { quoteName, quoteText } from '../quote.js'
import { takeLock } from './advisory-locks.js'

/** A login role for the database of the same name, and a member of the group of all such roles. */
export interface LoginRole {
  name: string
  group: string
  /** What PostgreSQL stores in place of the password. */
  verifier: string
}

const letIn = (name: string) => `grant connect on database ${name} to ${name}`

/** The statements that create a role; they may run in a transaction. */
export function createRole({ name, group, verifier }: LoginRole): string {
  const role = quoteName(name)
  return `create role ${role} login password ${quoteText(verifier)} in role ${quoteName(group)};
    ${letIn(role)}; ${ownRole(name)}`
}

/**
 * The statements that reset a role's password. They also remove settings that the role has changed for itself, such as
 * default_transaction_read_only.
 */
export function renewRole({ name, verifier }: LoginRole): string {
  const role = quoteName(name)
  return `alter role ${role} login password ${quoteText(verifier)};
    alter role ${role} reset all;
    alter role ${role} in database ${role} reset all;
    ${letIn(role)}; ${ownRole(name)}`
}

/**
 * The statement that gives our login the rights of a tenant's role; unless it is a superuser, it needs them to end that
 * role's sessions. Before version 16, a role inherits the rights of roles granted to it unless it was created with
 * NOINHERIT.
 */
const ownRole = (name: string): string =>
  `do $own$ begin
     if not (select rolsuper from pg_roles where rolname = current_user) then
       execute format('grant %I to current_user', ${quoteText(name)}) ||
         case when current_setting('server_version_num')::int >= 160000 then ' with inherit true' else '' end;
     end if;
   end $own$`

/** The statements that let the group's members use a database; the owner of its tables runs them there. */
export function rightsInside(groupName: string): string {
  const group = quoteName(groupName)
  return `
    revoke create on schema public from public;
    grant usage on schema public to ${group};
    grant select, insert, update, delete on all tables in schema public to ${group};
    revoke insert, update, delete on schema_migrations from ${group};
    do $inside$ begin
      -- Not before it is migrated. What the triggers count is the role's to write, its limits are not.
      if to_regclass('public.usage') is not null then
        revoke insert, update, delete on usage from ${group};
        grant update (documents, files, bytes) on usage to ${group};
      end if;
    end $inside$;
    grant usage on all sequences in schema public to ${group};
    alter default privileges in schema public grant select, insert, update, delete on tables to ${group};
    alter default privileges in schema public grant usage on sequences to ${group}`
}

/** Runs the statements of this file. */
export async function runRoleStatements(session: postgres.Sql, statements: string): Promise<void> {
  await session.unsafe(statements)
}

/** Runs `ownRole`, which creating and renewing a role also do. */
export async function takeOwnership(session: postgres.Sql, name: string): Promise<void> {
  await session.unsafe(ownRole(name))
}

export async function dropRole(session: postgres.Sql, name: string): Promise<void> {
  await session`drop role ${session(name)}`
}

/** Creates the group if it is missing. */
export async function ensureGroup(session: postgres.Sql, group: string): Promise<void> {
  const [existing] = await session`select from pg_roles where rolname = ${group}`
  if (existing === undefined) await session`create role ${session(group)} nologin`
}

/** How long to wait for another installation that does the same, or for a login that holds its lock. */
const LOCK_TIMEOUT = '60s'

/**
 * Keeps all other roles out of the maintenance databases, if we are allowed to.
 * @param session in the database `postgres`, which all installations on the server share
 * @throws an error with SQLSTATE 55P03 if a database is open, and another session holds the lock
 */
export async function closeMaintenanceDatabases(session: postgres.Sql): Promise<void> {
  if ((await listOpenMaintenance(session)).length === 0) return
  await session`select set_config('lock_timeout', ${LOCK_TIMEOUT}, false)`
  await takeLock(session, 'strongroom roles')
  for (const name of await listOpenMaintenance(session))
    await session`revoke connect on database ${session(name)} from public`
}

async function listOpenMaintenance(session: postgres.Sql): Promise<string[]> {
  const open = await session<{ name: string }[]>`
    select datname as name from pg_database database join pg_roles owner on owner.oid = datdba
    where datname in ('postgres', 'template1') and has_database_privilege('public', database.oid, 'connect')
      and pg_has_role(current_user, owner.oid, 'usage')`
  return open.map(({ name }) => name)
}

/** Finds a role by its name, and whether it is in the group. */
export async function findRole(
  session: postgres.Sql,
  name: string,
  group: string
): Promise<{ inGroup: boolean } | undefined> {
  const [role] = await session<{ inGroup: boolean }[]>`
    select exists (select from pg_auth_members member join pg_roles parent on parent.oid = member.roleid
      where member.member = role.oid and parent.rolname = ${group}) as "inGroup"
    from pg_roles role where rolname = ${name}`
  return role
}
