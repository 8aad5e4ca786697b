import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { withDatabase } from '../../db/database-url.js'
import { codeOf, SQLSTATE } from '../../db/error-codes.js'
import { addSpare, listSpares } from '../../db/main/tenant-spares.js'
import { takeLock } from '../../db/server/advisory-locks.js'
import { listMarked, setMark } from '../../db/server/database-marks.js'
import { cloneDatabase, closeToPublic, whileOpen } from '../../db/server/databases.js'
import { withSession } from '../../db/session.js'
import { createTenantStore } from '../../db/tenant/store.js'
import { removeLeftovers } from './leftover-databases.js'
import { serverNames, type ServerNames } from './server-names.js'
import type { TemplateDatabase } from './template-database.js'

export interface SpareDatabases {
  /**
   * Clones the template under a random name, closed to connections, with an event log of its own. The session holds a lock on the name: if nobody
   * does, and no row names the database, its maker is dead, and the next refill drops it.
   */
  build(session: postgres.Sql): Promise<string>
  /** Removes leftovers and builds what is missing. One process at a time; the others wait. */
  refill(): Promise<void>
}

/**
 * Empty databases that wait to become a tenant's.
 * @param url of the main database, without a pooler in between
 * @param wanted how many to keep ready
 */
export function createSpareDatabases(
  url: string,
  template: TemplateDatabase,
  wanted: number
): SpareDatabases {
  const names = serverNames(url)

  async function clone(session: postgres.Sql, name: string): Promise<void> {
    await template.ensure()
    await cloneDatabase(session, name, template.name)
  }

  async function build(session: postgres.Sql): Promise<string> {
    const name = names.sparePrefix + randomUUID().replaceAll('-', '')
    await takeLock(session, name)
    await clone(session, name).catch(async (error: unknown) => {
      // A newer version has dropped this one's template.
      if (codeOf(error) !== SQLSTATE.undefinedDatabase) throw error
      template.forget()
      await clone(session, name)
    })
    await closeToPublic(session, name)
    // A clone has the epoch of its template, and cursors of one tenant would be valid in another.
    await whileOpen(session, name, () =>
      withSession(withDatabase(url, name), (sql) => createTenantStore({ sql }).eventLog.renewEpoch())
    )
    return name
  }

  return {
    build,
    async refill() {
      await withSession(url, async (session) => {
        await takeLock(session, 'strongroom spares')
        await hideOldMarks(session, names)
        await removeLeftovers(session, names, template.name, wanted)
        const spares = (await listSpares(session)).filter((spare) => spare.template === template.name)
        for (let count = spares.length; count < wanted; count++)
          await addSpare(session, { database_name: await build(session), template: template.name })
      })
    }
  }
}

/** Rewrites the marks of earlier versions, from which any login on the server could read ids. */
async function hideOldMarks(session: postgres.Sql, { oldMark, markOf }: ServerNames): Promise<void> {
  for (const { database, mark } of await listMarked(session, oldMark)) {
    const tenantId = mark.slice(oldMark.prefix.length, -oldMark.suffix.length)
    await setMark(session, database, markOf(tenantId))
  }
}
