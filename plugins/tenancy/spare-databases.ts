import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { withDatabase } from '../../db/database-url.js'
import { codeOf, SQLSTATE } from '../../db/error-codes.js'
import { addSpare, listSpares, removeSpare } from '../../db/main/tenant-spares.js'
import { takeLock, tryLock } from '../../db/server/advisory-locks.js'
import { listMarked, setMark } from '../../db/server/database-marks.js'
import { cloneDatabase, closeToPublic, whileOpen } from '../../db/server/databases.js'
import { withSession } from '../../db/session.js'
import { createTenantStore } from '../../db/tenant/store.js'
import { removeLeftovers } from './leftover-databases.js'
import type { ServerContext } from './place-adapter.js'
import type { ServerNames } from './server-names.js'
import type { TemplateDatabase } from './template-database.js'

export interface SpareDatabases {
  /**
   * Clones the template under a random name, closed to connections, with an event log of its own. The session holds a
   * lock on the name: if no session does, and no row names the database, the process that made it is dead, and the next
   * refill drops it.
   */
  build(session: postgres.Sql): Promise<string>
  /**
   * Takes a spare for a tenant whose row is committed, and deletes the spare's row; undefined if there is none. The
   * session holds the lock on its name, as in `build`.
   */
  take(session: postgres.Sql): Promise<string | undefined>
  /** Removes leftovers and builds missing spares. One process at a time; the others wait. */
  refill(): Promise<void>
}

/**
 * Empty databases that wait to become a tenant's.
 * @param url of the installation's database on the server, without a pooler in between
 * @param wanted how many to keep ready
 */
export function createSpareDatabases(
  url: string,
  context: ServerContext,
  template: TemplateDatabase,
  wanted: number
): SpareDatabases {
  const { server, names, records } = context
  const listUsable = async () =>
    (await listSpares(records, server)).filter((spare) => spare.template === template.name)

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
    // A clone has the epoch of its template, so cursors of one tenant would be valid in another.
    await whileOpen(session, name, () =>
      withSession(withDatabase(url, name), (sql) => createTenantStore({ sql }).eventLog.renewEpoch())
    )
    return name
  }

  return {
    build,
    async take(session) {
      for (const { database_name: name } of await listUsable())
        // The lock comes first: a spare without a row whose name nobody locks counts as a leftover.
        if ((await tryLock(session, name)) && (await removeSpare(records, name))) return name
      return undefined
    },
    async refill() {
      await withSession(url, async (session) => {
        await takeLock(session, 'strongroom spares')
        await hideOldMarks(session, names)
        await removeLeftovers(session, context, template.name, wanted)
        const { length } = await listUsable()
        for (let count = length; count < wanted; count++)
          await addSpare(records, { database_name: await build(session), server, template: template.name })
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
