import type postgres from 'postgres'
import { listSpares, removeSpare } from '../../db/main/tenant-spares.js'
import { BUILDING, templateVersion, type ServerNames } from './server-names.js'

/**
 * Drops the databases of this installation that nobody will use: spares that a killed process left half made, spares
 * and templates of older versions, and spares beyond those that are wanted. What belongs to a newer version is left
 * alone: while versions change, older processes run beside it. (To an older one whose spares and template are gone,
 * creating a tenant only takes longer.)
 * @param session holds the lock of those who refill, and nobody else puts spares on record
 */
export async function removeLeftovers(
  session: postgres.Sql,
  { sparePrefix, templatePrefix }: ServerNames,
  template: string,
  wanted: number
): Promise<void> {
  const drop = (name: string) => session`drop database if exists ${session(name)} with (force)`
  const isOld = (other: string) => other !== template && templateVersion(other) <= templateVersion(template)
  async function named(prefix: string): Promise<string[]> {
    const rows = await session<{ name: string }[]>`
      select datname as name from pg_database where starts_with(datname, ${prefix})`
    return rows.map(({ name }) => name)
  }
  /** Nobody is making it. */
  async function isAbandoned(name: string): Promise<boolean> {
    const rows = await session`select where pg_try_advisory_lock(hashtext(${name}))`
    return rows.length > 0
  }

  // Before the rows: a spare that is given away in between has lost its row and this name together.
  const databases = await named(sparePrefix)
  const spares = await listSpares(session)
  const surplus = spares.filter((spare) => spare.template === template).slice(wanted)
  for (const spare of spares) {
    const useless =
      isOld(spare.template) || surplus.includes(spare) || !databases.includes(spare.database_name)
    if (useless && (await removeSpare(session, spare.database_name))) await drop(spare.database_name)
  }
  const recorded = spares.map((spare) => spare.database_name)
  for (const name of databases) if (!recorded.includes(name) && (await isAbandoned(name))) await drop(name)
  for (const name of (await named(templatePrefix)).filter(isOld))
    if (await isAbandoned(name.endsWith(BUILDING) ? name.slice(0, -BUILDING.length) : name)) await drop(name)
}
