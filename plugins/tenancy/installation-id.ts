import { createHash } from 'node:crypto'
import { databaseName } from '../../db/database-url.js'

/**
 * Tells the installations of one server apart, in the names of what belongs to the server and not to a database:
 * templates, spares and roles. It follows from the name of the main database, which the server has only once.
 */
export function installationId(mainDatabaseUrl: string): string {
  return createHash('sha256').update(databaseName(mainDatabaseUrl)).digest('hex').slice(0, 8)
}
