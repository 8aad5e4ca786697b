import type postgres from 'postgres'
import { listSpares, removeSpare } from '../../db/main/tenant-spares.js'
import { tryLock } from '../../db/server/advisory-locks.js'
import { dropDatabase, listDatabases } from '../../db/server/databases.js'
import type { ServerContext } from './place-adapter.js'
import { BUILDING, templateVersion } from './server-names.js'

/**
 * Drops this installation's databases that nobody will use: spares that a killed process left unfinished, spares and
 * templates of older versions, and surplus spares. Leaves alone what belongs to a newer version: during an upgrade,
 * older processes run beside newer ones. (If an older process finds its spares and its template gone, creating a tenant
 * only takes longer.) A process that makes a spare or a template holds the lock on its name.
 * @param session on the server; holds the lock for refilling, so no other process records spares
 */
export async function removeLeftovers(
  session: postgres.Sql,
  { server, names: { sparePrefix, templatePrefix }, records }: ServerContext,
  template: string,
  wanted: number
): Promise<void> {
  const isOld = (other: string) => other !== template && templateVersion(other) <= templateVersion(template)

  // Databases are listed before rows: a spare given away in between has lost its row and this name together, so
  // dropping this name does nothing.
  const databases = await listDatabases(session, sparePrefix)
  const spares = await listSpares(records, server)
  const surplus = spares.filter((spare) => spare.template === template).slice(wanted)
  for (const spare of spares) {
    const name = spare.database_name
    const useless = isOld(spare.template) || surplus.includes(spare) || !databases.includes(name)
    if (useless && (await removeSpare(records, name))) await dropDatabase(session, name)
  }
  const recorded = spares.map((spare) => spare.database_name)
  for (const name of databases)
    if (!recorded.includes(name) && (await tryLock(session, name))) await dropDatabase(session, name)
  for (const name of (await listDatabases(session, templatePrefix)).filter(isOld)) {
    const finished = name.endsWith(BUILDING) ? name.slice(0, -BUILDING.length) : name
    if (await tryLock(session, finished)) await dropDatabase(session, name)
  }
}
