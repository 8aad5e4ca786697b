import { codeOf, isDatabaseUnavailable } from '../../db/error-codes.js'
import { NewerDatabaseError } from '../../db/migrate.js'
import { schemaVersion, type AppliedMigration, type KnownMigration } from '../../db/schema-version.js'
import { AppError } from '../../src/errors.js'
import type { Pool } from './pool-registry.js'

/** Seconds after which a client may ask again: by then another process, of the newer version, may answer it. */
const RETRY_AFTER = 10

/** Where a tenant's tables are, as its first use sees it. */
export interface TenantPlace<P extends Pool> {
  /** Connects to nothing before the first query. */
  open(): P
  applied(pool: P): Promise<AppliedMigration[]>
  migrate(): Promise<unknown>
}

/**
 * Opens a tenant's pool, after one look, on the connection that is used anyway, at what the tenant was migrated to.
 * One that is behind the code is migrated first.
 * @throws {AppError} TENANT_NEWER when it is beyond what this code may work with, TENANT_NOT_READY when it could not
 * be migrated
 */
export async function openFitting<P extends Pool>(
  place: TenantPlace<P>,
  known: KnownMigration[]
): Promise<P> {
  const pool = place.open()
  try {
    const { fit } = schemaVersion(await place.applied(pool), known)
    if (fit === 'current') return pool
    if (fit === 'newer') throw newer()
  } catch (error) {
    await pool.close()
    throw error
  }
  // Closed before the migration connects, so that there is never a connection too many.
  await pool.close()
  try {
    await place.migrate()
  } catch (error) {
    if (error instanceof NewerDatabaseError) throw newer(error)
    if (isDatabaseUnavailable(error)) throw error
    throw new AppError('TENANT_NOT_READY', { cause: error, retryAfter: RETRY_AFTER })
  }
  return place.open()
}

/**
 * True when a statement failed on tables that are not as the code knows them (class 42, such as "no such column"):
 * the tenant was migrated while its pool was open, and has to be looked at anew.
 */
export const isSchemaError = (error: unknown): boolean => codeOf(error)?.startsWith('42') === true

/** @throws {AppError} TENANT_NEWER when the tenant is beyond what this code may work with */
export function assertNotNewer(applied: AppliedMigration[], known: KnownMigration[]): void {
  if (schemaVersion(applied, known).fit === 'newer') throw newer()
}

const newer = (cause?: unknown) => new AppError('TENANT_NEWER', { cause, retryAfter: RETRY_AFTER })
