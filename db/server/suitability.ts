import { connect } from '../connect.js'
import { maintenanceUrl } from '../database-url.js'
import { codeOf, SQLSTATE } from '../error-codes.js'

/** The oldest supported version of PostgreSQL, as `server_version_num`. */
const OLDEST = 140_000
/** Maximum seconds by which the clocks of two servers may differ. */
const MAX_SKEW = 1

interface Found {
  version: number
  release: string
  collation: string
  encoding: string
  may_create_databases: boolean
  may_create_roles: boolean
  has_trigrams: boolean
  epoch: number
}

/** The settings on which the checks of a server depend. */
export interface Needs {
  strategy: 'database' | 'schema'
  /** Whether tenants have login roles of their own. */
  roles: boolean
}

/** The result of one check: what was found, and the problem, if there is one. */
export interface Finding {
  what: string
  found: string
  problem?: string
}

/**
 * Checks whether a server is suitable for tenants.
 * @param url the installation's database on the server, which may not exist yet
 * @param mainUrl the main database
 * @throws if one of them cannot be reached
 */
export async function inspectServer(url: string, mainUrl: string, needs: Needs): Promise<Finding[]> {
  const [server, main] = await Promise.all([readPlanned(url), read(mainUrl)])
  const skew = Math.abs(server.epoch - main.epoch)
  const finding = (what: string, found: string, fits: boolean, problem: string): Finding =>
    fits ? { what, found } : { what, found, problem }
  const yesNo = (value: boolean) => (value ? 'yes' : 'no')
  const rights =
    needs.strategy === 'database'
      ? [
          finding(
            'may create databases',
            yesNo(server.may_create_databases),
            server.may_create_databases,
            'grant the login CREATEDB'
          ),
          finding(
            'may create roles',
            yesNo(server.may_create_roles),
            server.may_create_roles || !needs.roles,
            'grant the login CREATEROLE, or set TENANT_LOGIN_ROLES=false'
          )
        ]
      : []
  return [
    finding('PostgreSQL', server.release, server.version >= OLDEST, 'needs version 14 or newer'),
    ...rights,
    finding(
      'encoding',
      server.encoding,
      server.encoding === 'UTF8',
      'create the database with encoding UTF8'
    ),
    finding(
      'collation',
      server.collation,
      server.collation === main.collation,
      `the main database has ${main.collation}: lists of tenants that move would be sorted differently`
    ),
    finding('pg_trgm', yesNo(server.has_trigrams), server.has_trigrams, 'install the extension (contrib)'),
    finding(
      'clock',
      `${skew.toFixed(1)} s from the main server's`,
      skew <= MAX_SKEW,
      `synchronize the clocks by NTP: leases and cursors tolerate a difference of ${MAX_SKEW} s`
    )
  ]
}

/** Reads a database, or if it is missing, what it would be created with: the server's defaults, and UTF8. */
async function readPlanned(url: string): Promise<Found> {
  try {
    return await read(url)
  } catch (error) {
    if (codeOf(error) !== SQLSTATE.undefinedDatabase) throw error
    return { ...(await read(maintenanceUrl(url))), encoding: 'UTF8' }
  }
}

async function read(url: string): Promise<Found> {
  const sql = connect(url, {
    max: 1,
    connect_timeout: 5,
    fetch_types: false,
    prepare: false,
    onnotice: () => undefined,
    connection: { application_name: 'strongroom-administration' }
  })
  try {
    // Connects first, so that connecting does not distort the clock comparison.
    await sql`select 1`
    const [row] = await sql<Found[]>`
      select current_setting('server_version_num')::int as version, current_setting('server_version') as release,
        datcollate as collation, pg_encoding_to_char(encoding) as encoding,
        rolsuper or rolcreatedb as may_create_databases, rolsuper or rolcreaterole as may_create_roles,
        exists (select from pg_available_extensions where name = 'pg_trgm') as has_trigrams,
        extract(epoch from clock_timestamp())::float8 as epoch
      from pg_database, pg_roles where datname = current_database() and rolname = current_user`
    return row as Found
  } finally {
    await sql.end({ timeout: 1 })
  }
}
