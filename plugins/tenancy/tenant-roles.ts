import { createHmac } from 'node:crypto'
import type postgres from 'postgres'
import { maintenanceUrl } from '../../db/database-url.js'
import { codeOf, SQLSTATE } from '../../db/error-codes.js'
import { quoteName, quoteText } from '../../db/quote.js'
import { withSession } from '../../db/session.js'
import { serverNames } from './server-names.js'
import { scramVerifier } from './scram-verifier.js'

export interface TenantRoles {
  /** Whom a tenant's role logs in as: its name is that of the database, its password follows from the secret. */
  login(database: string): { username: string; password: string }
  /** What lets the members of the group use a database, to be run in it by the owner of its tables. */
  inside: string
  /** Makes the group, and keeps all other roles out of the maintenance databases where that is allowed. */
  ensureGroup(): Promise<void>
  /** The statements that make the role of a database; a transaction may hold them. */
  create: (database: string) => string
  /** The same for a role that is there: its password is set again, and settings that it made for itself are gone. */
  renew: (database: string) => string
  /**
   * Gives the main role the rights of a database's role, which ending its sessions takes where the main role is no
   * superuser. `create` and `renew` do so, too.
   */
  own: (database: string) => string
  /**
   * Lets the role in: makes it when it is missing, and sets its password again. Idempotent.
   * @throws when there is a role of that name that is none of ours
   */
  admit(database: string, databaseUrl: string): Promise<void>
  /**
   * Whether there is a role of that name.
   * @throws when it is none of this installation
   */
  exists(sql: postgres.Sql, role: string): Promise<boolean>
}

/**
 * Every tenant's database has a login role of its own, which can connect to nothing else. The tables belong to the
 * main role; what the roles may do with them is granted to a group, once, in the template.
 * @param url of the main database, without a pooler in between
 */
export function createTenantRoles(url: string, secret: string): TenantRoles {
  const { group } = serverNames(url)
  const passwordOf = (role: string) =>
    createHmac('sha256', secret).update(`tenant role ${role}`).digest('base64url')
  const password = (role: string) => `password ${quoteText(scramVerifier(passwordOf(role)))}`
  const letIn = (database: string) =>
    `grant connect on database ${quoteName(database)} to ${quoteName(database)}`
  // Before version 16, a role inherits the rights of those that it is granted unless it is made otherwise.
  const own = (database: string) =>
    `do $own$ begin
       if not (select rolsuper from pg_roles where rolname = current_user) then
         execute format('grant %I to current_user', ${quoteText(database)}) ||
           case when current_setting('server_version_num')::int >= 160000 then ' with inherit true' else '' end;
       end if;
     end $own$`
  const create = (database: string) =>
    `create role ${quoteName(database)} login ${password(database)} in role ${quoteName(group)};
     ${letIn(database)}; ${own(database)}`
  // A role may change its own password, and settings of its own such as default_transaction_read_only.
  const renew = (database: string) =>
    `alter role ${quoteName(database)} login ${password(database)};
     alter role ${quoteName(database)} reset all;
     alter role ${quoteName(database)} in database ${quoteName(database)} reset all;
     ${letIn(database)}; ${own(database)}`
  const inside = `
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

  async function ensureGroup(): Promise<void> {
    await withSession(maintenanceUrl(url), async (sql) => {
      await sql`select pg_advisory_lock(hashtext('strongroom roles'))`
      const [existing] = await sql`select from pg_roles where rolname = ${group}`
      if (existing === undefined) await sql.unsafe(`create role ${group} nologin`).catch(explainRefusal)
      const open = await sql<{ name: string }[]>`
        select datname as name from pg_database database join pg_roles owner on owner.oid = datdba
        where datname in ('postgres', 'template1') and has_database_privilege('public', database.oid, 'connect')
          and pg_has_role(current_user, owner.oid, 'usage')`
      for (const { name } of open) await sql`revoke connect on database ${sql(name)} from public`
    })
  }

  async function exists(sql: postgres.Sql, role: string): Promise<boolean> {
    const [row] = await sql<{ ours: boolean }[]>`
      select exists (select from pg_auth_members member join pg_roles parent on parent.oid = member.roleid
        where member.member = role.oid and parent.rolname = ${group}) as ours
      from pg_roles role where rolname = ${role}`
    if (row?.ours === false)
      throw new Error(`The role "${role}" exists and belongs to something else; rename or drop it`)
    return row !== undefined
  }

  return {
    login: (database) => ({ username: database, password: passwordOf(database) }),
    inside,
    ensureGroup,
    create,
    renew,
    own,
    exists,
    async admit(database, databaseUrl) {
      await withSession(url, async (sql) => {
        await sql`select pg_advisory_lock(hashtext(${`role ${database}`}))`
        if (await exists(sql, database)) {
          await sql.unsafe(renew(database))
        } else {
          await ensureGroup()
          // First, so that a role that exists has all that it needs.
          await withSession(databaseUrl, (tenant) => tenant.unsafe(inside))
          await sql.unsafe(create(database))
        }
        await sql`revoke all on database ${sql(database)} from public`
      })
    }
  }
}

function explainRefusal(error: unknown): never {
  if (codeOf(error) !== SQLSTATE.insufficientPrivilege) throw error
  throw new Error(
    'The login of DATABASE_URL must be able to create roles: grant it CREATEROLE, or set TENANT_LOGIN_ROLES=false',
    { cause: error }
  )
}

/**
 * True when a role was not let into its database: a wrong password, no such role, or no right to connect; or when a
 * setting of its own keeps it from working there.
 */
export function isRefusedLogin(error: unknown): boolean {
  const refusals: (string | undefined)[] = [
    SQLSTATE.invalidPassword,
    SQLSTATE.invalidAuthorization,
    SQLSTATE.insufficientPrivilege,
    SQLSTATE.transactionTimeout
  ]
  return refusals.includes(codeOf(error))
}
