import { createHash } from 'node:crypto'
import { withDatabase } from '../../db/database-url.js'
import { migrate, migrationsOf, versionOf } from '../../db/migrate.js'
import { withSession } from '../../db/session.js'
import { BUILDING, serverNames } from './server-names.js'
import type { TenantRoles } from './tenant-roles.js'

export interface TemplateDatabase {
  name: string
  /** Builds the template unless it is there. Safe to call from many processes at once. */
  ensure(): Promise<void>
  /** Looks again the next time: it turned out not to be there. */
  forget(): void
}

/**
 * The migrated, empty database that tenants' databases are cloned from. Its name carries the installation, so that
 * several may share a server, and the version of all that is in it. It is built under a temporary name and closed for
 * connections before it gets its real one: whoever sees the real name sees a template that is complete and that
 * nobody can be connected to, which CREATE DATABASE demands.
 * @param mainDatabaseUrl without a pooler in between
 * @param roles whose group may use what is cloned from it; without them, only its owner may
 */
export function createTemplateDatabase(mainDatabaseUrl: string, roles?: TenantRoles): TemplateDatabase {
  const newest = migrationsOf('tenant').at(-1)?.folderMillis ?? 0
  const content = createHash('sha256')
    .update(versionOf('tenant') + (roles?.inside ?? ''))
    .digest('hex')
  const name = `${serverNames(mainDatabaseUrl).templatePrefix}${newest}_${content.slice(0, 8)}`
  const building = name + BUILDING
  let done: Promise<void> | undefined

  async function build(): Promise<void> {
    await withSession(mainDatabaseUrl, async (sql) => {
      await sql`select pg_advisory_lock(hashtext(${name}))`
      const [existing] = await sql`select 1 from pg_database where datname = ${name}`
      if (existing !== undefined) return
      await roles?.ensureGroup()
      await sql`drop database if exists ${sql(building)} with (force)`
      await sql`create database ${sql(building)} template template0 encoding 'UTF8'`
      const url = withDatabase(mainDatabaseUrl, building)
      await migrate(url, 'tenant')
      if (roles !== undefined) await withSession(url, (database) => database.unsafe(roles.inside))
      await sql`revoke all on database ${sql(building)} from public`
      await sql`alter database ${sql(building)} allow_connections false`
      await sql`alter database ${sql(building)} rename to ${sql(name)}`
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
