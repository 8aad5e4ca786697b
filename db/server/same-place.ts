import { randomInt } from 'node:crypto'
import { maintenanceUrl } from '../database-url.js'
import { codeOf, SQLSTATE } from '../error-codes.js'
import { withSession } from '../session.js'

/**
 * Whether tenants would be in the same place through two URLs, whatever addresses these name: as databases of the same
 * server, or as schemas of the same database. A lock that is taken through one is looked for through the other, since
 * a copy of a server shares everything that could be compared, such as its `system_identifier`.
 * https://www.postgresql.org/docs/current/view-pg-locks.html
 * @throws if one of them cannot be reached
 */
export async function isSamePlace(
  url: string,
  otherUrl: string,
  strategy: 'database' | 'schema'
): Promise<boolean> {
  const where = (place: string) => (strategy === 'database' ? maintenanceUrl(place) : place)
  const [one, two] = [randomInt(2 ** 31), randomInt(2 ** 31)]
  try {
    return await withSession(where(url), async (locking) => {
      await locking`select pg_advisory_lock(${one}::int, ${two}::int)`
      return withSession(where(otherUrl), async (looking) => {
        const seen = await looking`select from pg_locks
          where locktype = 'advisory' and classid = ${one}::bigint and objid = ${two}::bigint
            and database = (select oid from pg_database where datname = current_database())`
        return seen.length > 0
      })
    })
  } catch (error) {
    // A database that is still to be made has no schemas of anybody.
    if (codeOf(error) === SQLSTATE.undefinedDatabase) return false
    throw error
  }
}
