import { createHmac } from 'node:crypto'
import type postgres from 'postgres'
import { maintenanceUrl } from '../../db/database-url.js'
import { codeOf, SQLSTATE } from '../../db/error-codes.js'
import { takeLock } from '../../db/server/advisory-locks.js'
import { closeToPublic } from '../../db/server/databases.js'
import {
  closeMaintenanceDatabases,
  createRole,
  ensureGroup as ensureRoleGroup,
  findRole,
  renewRole,
  rightsInside,
  runRoleStatements
} from '../../db/server/login-roles.js'
import { withSession } from '../../db/session.js'
import type { ServerNames } from './server-names.js'
import { scramVerifier } from './scram-verifier.js'

export interface TenantRoles {
  /** The credentials of a tenant's role: its name is the database's, its password is derived from the secret. */
  login(database: string): { username: string; password: string }
  /** Statements that let the group's members use a database, to be run in it by the owner of its tables. */
  inside: string
  /** Creates the group, and keeps all other roles out of the maintenance databases where that is allowed. */
  ensureGroup(): Promise<void>
  /** The statements that create a database's role; they may run in a transaction. */
  create: (database: string) => string
  /** The same for an existing role: resets its password, and removes settings that it made for itself. */
  renew: (database: string) => string
  /**
   * Admits the role: creates it if it is missing, and resets its password. Idempotent.
   * @throws if a role with that name is not ours
   */
  admit(database: string, databaseUrl: string): Promise<void>
  /**
   * Whether a role with that name exists.
   * @throws if it does not belong to this installation
   */
  exists(session: postgres.Sql, role: string): Promise<boolean>
}

/**
 * Every tenant's database has its own login role, which can connect to nothing else. The tables belong to the main
 * role; their group gets the rights that the roles need, once, in the template.
 * @param url of the installation's database on the server, without a pooler in between
 */
export function createTenantRoles(
  url: string,
  secret: string,
  { group }: Pick<ServerNames, 'group'>
): TenantRoles {
  const passwordOf = (role: string) =>
    createHmac('sha256', secret).update(`tenant role ${role}`).digest('base64url')
  const roleOf = (name: string) => ({ name, group, verifier: scramVerifier(passwordOf(name)) })
  const inside = rightsInside(group)

  async function ensureGroup(): Promise<void> {
    // In our own database, where no tenant's login can hold the lock.
    await withSession(url, async (session) => {
      await takeLock(session, 'strongroom roles')
      await ensureRoleGroup(session, group).catch(explainRefusal)
    })
    await withSession(maintenanceUrl(url), closeMaintenanceDatabases)
  }

  async function exists(session: postgres.Sql, name: string): Promise<boolean> {
    const role = await findRole(session, name, group)
    if (role?.inGroup === false)
      throw new Error(`The role "${name}" exists and belongs to something else; rename or drop it`)
    return role !== undefined
  }

  return {
    login: (database) => ({ username: database, password: passwordOf(database) }),
    inside,
    ensureGroup,
    create: (database) => createRole(roleOf(database)),
    renew: (database) => renewRole(roleOf(database)),
    exists,
    async admit(database, databaseUrl) {
      await withSession(url, async (session) => {
        await takeLock(session, `role ${database}`)
        const isThere = await exists(session, database)
        // First, since nothing repeats it once the role can log in.
        await closeToPublic(session, database)
        if (isThere) {
          await runRoleStatements(session, renewRole(roleOf(database)))
        } else {
          await ensureGroup()
          // Rights come first, so that a role that exists has everything it needs.
          await withSession(databaseUrl, (tenant) => runRoleStatements(tenant, inside))
          await runRoleStatements(session, createRole(roleOf(database)))
        }
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
 * Whether a database refused a role, because of a wrong password, no such role, or no right to connect; or whether one
 * of the role's own settings keeps it from working there.
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
