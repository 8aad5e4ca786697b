import { randomInt } from 'node:crypto'
import { maintenanceUrl } from '../database-url.js'
import { codeOf, SQLSTATE } from '../error-codes.js'
import { withSession } from '../session.js'

/**
 * Whether two URLs lead to the same place for tenants, even by different addresses: the same server for databases, or
 * the same database for schemas. It takes an advisory lock through one URL and looks for it through the other;
 * comparing something like `system_identifier` would not do, because a copy of a server has the same one.
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
    // A database that does not exist yet has no tenants' schemas.
    if (codeOf(error) === SQLSTATE.undefinedDatabase) return false
    throw error
  }
}
