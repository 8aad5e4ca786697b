import { codeOf, driverError, isDatabaseUnavailable, SQLSTATE } from '../../db/error-codes.js'
import { NewerDatabaseError } from '../../db/migrate.js'
import { schemaVersion, type AppliedMigration, type KnownMigration } from '../../db/schema-version.js'
import { AppError } from '../../core/errors.js'

/** Seconds after which a client may retry: by then another process, of the newer version, may answer it. */
const RETRY_AFTER = 10

/** A tenant's place, as its first use sees it. */
export interface TenantPlace<Opened> {
  /** Does not connect before the first query. */
  open(): Opened
  close(opened: Opened): Promise<void>
  applied(opened: Opened): Promise<AppliedMigration[]>
  migrate(): Promise<unknown>
}

/**
 * Opens a tenant after checking its migration version once, on a connection that is needed anyway. A tenant whose
 * tables are behind the code is migrated first.
 * @throws {AppError} TENANT_NEWER if it is beyond what this code can work with, TENANT_NOT_READY if it could not be
 * migrated
 */
export async function openFitting<Opened>(
  place: TenantPlace<Opened>,
  known: KnownMigration[]
): Promise<Opened> {
  const opened = place.open()
  try {
    const { fit } = schemaVersion(await place.applied(opened), known)
    if (fit === 'current') return opened
    if (fit === 'newer') throw newer()
  } catch (error) {
    await place.close(opened)
    throw error
  }
  // Closed before the migration connects, so that there is never one connection too many.
  await place.close(opened)
  try {
    await place.migrate()
  } catch (error) {
    if (error instanceof NewerDatabaseError) throw newer(error)
    if (error instanceof AppError || isDatabaseUnavailable(error)) throw error
    throw new AppError('TENANT_NOT_READY', { cause: error, retryAfter: RETRY_AFTER })
  }
  return place.open()
}

/**
 * Runs work on an open tenant. If a statement fails because tables are not as the code knows them (class 42, such as
 * "no such column"), the tenant was migrated meanwhile: it is evicted, so that its next use checks again.
 * @throws {AppError} TENANT_NEWER if it is now beyond what this code can work with; TENANT_BUSY if the server had no
 * connection for a statement in time
 */
export async function useFitting<T>(
  work: () => Promise<T>,
  known: KnownMigration[],
  forget: () => void,
  applied: () => Promise<AppliedMigration[]>
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const thrown = driverError(error)
    // The statement waited in vain for a connection.
    if (thrown instanceof AppError) throw thrown
    if (codeOf(error) === SQLSTATE.tooManyConnections) throw new AppError('TENANT_BUSY', { cause: error })
    if (codeOf(error)?.startsWith('42') !== true) throw error
    forget()
    throw schemaVersion(await applied(), known).fit === 'newer' ? newer(error) : error
  }
}

const newer = (cause?: unknown) => new AppError('TENANT_NEWER', { cause, retryAfter: RETRY_AFTER })
