import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { codeOf, SQLSTATE } from '../../db/error-codes.js'
import { addSpare, listSpares } from '../../db/main/tenant-spares.js'
import { withSession } from '../../db/session.js'
import { hideOldMarks } from './database-marks.js'
import { removeLeftovers } from './leftover-databases.js'
import { serverNames } from './server-names.js'
import type { TemplateDatabase } from './template-database.js'

export interface SpareDatabases {
  /**
   * Clones the template under a name that nobody knows, closed for connections. The session holds a lock on the name:
   * where nobody does, and no row names the database, its maker is dead, and the next refill drops it.
   */
  build(session: postgres.Sql): Promise<string>
  /** Removes what is left over and builds what is missing. One process at a time, the others after it. */
  refill(): Promise<void>
}

/**
 * Empty databases that wait to become a tenant's.
 * @param url of the main database, without a pooler in between
 * @param wanted how many are kept ready
 */
export function createSpareDatabases(
  url: string,
  template: TemplateDatabase,
  wanted: number
): SpareDatabases {
  const { sparePrefix } = serverNames(url)

  async function clone(session: postgres.Sql, name: string): Promise<void> {
    await template.ensure()
    await session`create database ${session(name)} template ${session(template.name)} allow_connections false`
  }

  async function build(session: postgres.Sql): Promise<string> {
    const name = sparePrefix + randomUUID().replaceAll('-', '')
    await session`select pg_advisory_lock(hashtext(${name}))`
    await clone(session, name).catch(async (error: unknown) => {
      // A newer version has dropped this one's template.
      if (codeOf(error) !== SQLSTATE.undefinedDatabase) throw error
      template.forget()
      await clone(session, name)
    })
    // The rights of a database are not cloned with it.
    await session`revoke all on database ${session(name)} from public`
    return name
  }

  return {
    build,
    async refill() {
      await withSession(url, async (session) => {
        await session`select pg_advisory_lock(hashtext('strongroom spares'))`
        await hideOldMarks(session, serverNames(url))
        await removeLeftovers(session, serverNames(url), template.name, wanted)
        const spares = (await listSpares(session)).filter((spare) => spare.template === template.name)
        for (let count = spares.length; count < wanted; count++)
          await addSpare(session, { database_name: await build(session), template: template.name })
      })
    }
  }
}
