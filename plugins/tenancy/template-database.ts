import { createHash } from 'node:crypto'
import { connect } from '../../db/connect.js'
import { databaseName, maintenanceUrl, withDatabase } from '../../db/database-url.js'
import { migrate, versionOf } from '../../db/migrate.js'

export interface TemplateDatabase {
  name: string
  /** Builds the template unless it is there. Safe to call from many processes at once. */
  ensure(): Promise<void>
}

/**
 * The migrated, empty database that tenants' databases are cloned from. Its name carries the version of the
 * migrations and the installation, so that several installations may share a server. It is built under a
 * temporary name and closed for connections before it gets its real one: whoever sees the real name sees a
 * template that is complete and that nobody can be connected to, which CREATE DATABASE demands.
 */
export function createTemplateDatabase(mainDatabaseUrl: string): TemplateDatabase {
  const installation = createHash('sha256').update(databaseName(mainDatabaseUrl)).digest('hex').slice(0, 8)
  const name = `strongroom_template_${installation}_${versionOf('tenant')}`
  const building = `${name}_building`
  let done: Promise<void> | undefined

  async function build(): Promise<void> {
    const sql = connect(maintenanceUrl(mainDatabaseUrl), { max: 1, onnotice: () => undefined })
    try {
      await sql`select pg_advisory_lock(hashtext(${name}))`
      const [existing] = await sql`select 1 from pg_database where datname = ${name}`
      if (existing !== undefined) return
      await sql`drop database if exists ${sql(building)} with (force)`
      await sql`create database ${sql(building)} template template0 encoding 'UTF8'`
      await migrate(withDatabase(mainDatabaseUrl, building), 'tenant')
      await sql`revoke connect on database ${sql(building)} from public`
      await sql`alter database ${sql(building)} allow_connections false`
      await sql`alter database ${sql(building)} rename to ${sql(name)}`
    } finally {
      await sql.end()
    }
  }

  return {
    name,
    async ensure() {
      done ??= build().catch((error: unknown) => {
        done = undefined
        throw error
      })
      await done
    }
  }
}
