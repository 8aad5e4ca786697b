import { createHash } from 'node:crypto'
import { withDatabase } from '../../db/database-url.js'
import { indexesVersion } from '../../db/indexes/desired-indexes.js'
import { migrate, migrationsOf, versionOf } from '../../db/migrate.js'
import { takeLock } from '../../db/server/advisory-locks.js'
import { closeAndRename, createDatabase, databaseExists, dropDatabase } from '../../db/server/databases.js'
import { runRoleStatements } from '../../db/server/login-roles.js'
import { withSession } from '../../db/session.js'
import { BUILDING, type ServerNames } from './server-names.js'
import type { TenantRoles } from './tenant-roles.js'

export interface TemplateDatabase {
  name: string
  /** Builds the template if it is missing. Safe to call from many processes at once. */
  ensure(): Promise<void>
  /** Makes the next `ensure` check again, since the template turned out to be missing. */
  forget(): void
}

/**
 * The migrated, empty database that tenants' databases are cloned from. Its name contains the installation, so that
 * several may share a server, and the version of its content. It is built under a temporary name and closed to
 * connections before it gets its real one: a template with its real name is complete and nobody can be connected to it,
 * which CREATE DATABASE requires.
 * @param serverUrl of the installation's database on the server, without a pooler in between
 * @param roles whose group may use what is cloned from it; without them, only its owner may
 */
export function createTemplateDatabase(
  serverUrl: string,
  { templatePrefix }: Pick<ServerNames, 'templatePrefix'>,
  roles?: TenantRoles
): TemplateDatabase {
  const newest = migrationsOf('tenant').at(-1)?.folderMillis ?? 0
  const content = createHash('sha256')
    .update(versionOf('tenant') + indexesVersion('tenant') + (roles?.inside ?? ''))
    .digest('hex')
  const name = `${templatePrefix}${newest}_${content.slice(0, 8)}`
  const building = name + BUILDING
  let done: Promise<void> | undefined

  async function build(): Promise<void> {
    await withSession(serverUrl, async (session) => {
      await takeLock(session, name)
      if (await databaseExists(session, name)) return
      await roles?.ensureGroup()
      await dropDatabase(session, building)
      await createDatabase(session, building)
      const url = withDatabase(serverUrl, building)
      await migrate(url, 'tenant')
      if (roles !== undefined) await withSession(url, (inside) => runRoleStatements(inside, roles.inside))
      await closeAndRename(session, building, name)
    })
  }

  return {
    name,
    async ensure() {
      done ??= build().catch((error: unknown) => {
        done = undefined
        throw error
      })
      await done
    },
    forget() {
      done = undefined
    }
  }
}
