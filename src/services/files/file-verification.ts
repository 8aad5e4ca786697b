import { randomUUID } from 'node:crypto'
import pLimit from 'p-limit'
import { atOnce, type InTurn } from '../../../core/concurrency/in-turn.js'
import { createBatches } from '../../../core/concurrency/batches.js'
import { createBackgroundLine } from '../../../core/concurrency/background-line.js'
import { LEASE_SECONDS, underLease } from '../../../core/concurrency/renewed-lease.js'
import { AppError } from '../../../core/errors.js'
import type { File, Verification } from '../../../db/tenant/rows.js'
import type { TenantStore } from '../../../db/tenant/store.js'
import type {
  FileLease,
  FoundContent,
  FoundFile,
  VerificationRecord
} from '../../../db/tenant/verifications-repository.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { Hashing } from '../../../plugins/hashing/hashing.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { detectType } from '../uploads/mime-type.js'
import { readObject } from './read-content.js'

/** Files up to this many bytes are read while their event waits, so that events do not run ahead of the work. */
const SOON_BYTES = 64 * 1024 * 1024
/** How many such files a process reads concurrently. */
const SMALL_AT_ONCE = 8
/** How many larger files a process reads concurrently; no event waits for them. */
const AT_ONCE = 2
/** Maximum number of larger files in line. The sweeper finds those that do not fit. */
const WAITING = 100
/** How many files of a tenant one sweep verifies: few, since it reads small files one after another. */
const SWEPT_AT_ONCE = 5

export interface FileVerificationDependencies {
  router: Router
  storage: StorageOfTenants
  hashing: Hashing
  change: Change
  log: {
    debug(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
}

export type FileVerification = ReturnType<typeof createFileVerification>

/**
 * Reads the whole objects of files from the storage, and records on each file whether the object is what was uploaded,
 * and the media type that its bytes suggest. Any result but `intact` goes to the audit log as `file.damaged`. The
 * process leases a file while it reads it: no two processes read it at the same time, and another takes over from a
 * killed one. Concurrent verifications of a tenant share statements.
 */
export function createFileVerification(dependencies: FileVerificationDependencies) {
  const { router, change, storage, hashing, log } = dependencies
  const line = createBackgroundLine({ atOnce: AT_ONCE, waiting: WAITING })
  const small = pLimit(SMALL_AT_ONCE)
  const lease = createBatches<FileLease, File | null, TenantRef>((tenant, leases) =>
    router.withTenant(tenant, (store) => store.verifications.lease(leases, LEASE_SECONDS))
  )
  const record = createBatches<FoundFile, VerificationRecord, TenantRef>((tenant, found) => {
    const work = (store: TenantStore) => store.verifications.record(found, tenant.id)
    // An intact file writes no event.
    const allIntact = found.every(({ verification }) => verification === 'intact')
    return allIntact ? router.withTenant(tenant, work) : change(tenant, work)
  })

  async function look(tenant: TenantRef, file: File, signal: AbortSignal): Promise<FoundContent> {
    const read = await readObject(storage.of(tenant), file.s3_path, hashing, signal)
    if (read === null) return { verification: 'missing', detectedType: null }
    const { content, head } = read
    const { md5Hash, sha256, fileSize } = content
    const same = md5Hash === file.md5_hash && sha256 === file.sha256 && fileSize === file.file_size
    return { verification: same ? 'intact' : 'damaged', detectedType: await detectType(head) }
  }

  async function read(
    tenant: TenantRef,
    file: File,
    owner: string,
    inTurn: InTurn = atOnce
  ): Promise<Verification | null> {
    const renew = () =>
      router.withTenant(tenant, (store) => store.verifications.renew(file.id, owner, LEASE_SECONDS))
    const found = await underLease(renew, (signal) => inTurn(() => look(tenant, file, signal)), line.signal)
    const { outcome } = await record(tenant, { id: file.id, owner, ...found })
    // A file that was deleted while it was read is not damaged.
    if (outcome === 'lost') return null
    const fields = { tenant_id: tenant.id, file_id: file.id, verification: found.verification }
    if (found.verification === 'intact') log.debug(fields, 'verified a file')
    else log.error(fields, 'the storage does not hold what was uploaded')
    return found.verification
  }

  const endLease = (tenant: TenantRef, fileId: string, owner: string): Promise<void> =>
    router.withTenant(tenant, (store) => store.verifications.endLease(fileId, owner))

  /** Gives back a file that could not be read and for which no event waits; if it is not our fault, for a later time. */
  const postpone: typeof endLease = (tenant, fileId, owner) =>
    line.signal.aborted
      ? endLease(tenant, fileId, owner)
      : router.withTenant(tenant, (store) => store.verifications.postpone(fileId, owner))

  /**
   * Leases the file for `work`; null if it need not be verified now, or another process is reading it.
   * @param giveBack ends the lease if `work` fails
   */
  async function leased<T>(
    { id: tenantId, database_name, server }: TenantRef,
    fileId: string,
    giveBack: typeof endLease,
    work: (tenant: TenantRef, file: File, owner: string) => Promise<T>
  ): Promise<T | null> {
    const tenant = { id: tenantId, database_name, server }
    const owner = randomUUID()
    const file = await lease(tenant, { id: fileId, owner })
    if (file === null) return null
    try {
      return await work(tenant, file, owner)
    } catch (error) {
      // A lease that cannot be ended lapses.
      await giveBack(tenant, fileId, owner).catch(() => undefined)
      throw error
    }
  }

  /** Verifies a file that no event waits for. @returns null also if that failed; it is tried again after a pause */
  async function withoutEvent(
    tenant: TenantRef,
    fileId: string,
    work: (tenant: TenantRef, file: File, owner: string) => Promise<Verification | null>
  ): Promise<Verification | null> {
    try {
      return await leased(tenant, fileId, postpone, work)
    } catch (error) {
      if (!line.signal.aborted)
        log.warn({ err: error, tenant_id: tenant.id, file_id: fileId }, 'a file could not be verified')
      return null
    }
  }

  /** Reads a small file when its turn comes, and puts a large one in line. @returns null for a large one */
  const readOrPutInLine =
    (inTurn: InTurn) =>
    async (tenant: TenantRef, file: File, owner: string): Promise<Verification | null> => {
      if (file.file_size <= SOON_BYTES) return read(tenant, file, owner, inTurn)
      await endLease(tenant, file.id, owner)
      line.start(tenant.id, file.id, async () => {
        await withoutEvent(tenant, file.id, read)
      })
      return null
    }

  return {
    /**
     * Verifies a file, if that is needed and no other process does it. Does not wait for a large file.
     * @returns null if the file is large, or there was nothing to do
     * @throws {AppError} STORAGE_UNAVAILABLE; then nothing is recorded
     */
    verify: (tenant: TenantRef, fileId: string): Promise<Verification | null> =>
      leased(tenant, fileId, endLease, readOrPutInLine(small)),
    /**
     * Verifies some of the files for which no event arrived, and puts the large ones in line. A file that cannot be read
     * holds up no other: it is tried again after a pause, which grows.
     */
    async sweep(tenant: TenantRef): Promise<{ hasMore: boolean }> {
      const unverified = await router.withTenant(tenant, (store) =>
        store.verifications.listUnverified(SWEPT_AT_ONCE)
      )
      let verified = 0
      // One at a time, and `atOnce`: not in the line in which the files of events wait.
      for (const fileId of unverified)
        if ((await withoutEvent(tenant, fileId, readOrPutInLine(atOnce))) !== null) verified += 1
      // Without large files, which are read later and would be found again at once.
      return { hasMore: verified === SWEPT_AT_ONCE }
    },
    /** Stops reading and gives back the leases; another process reads those files again. */
    close: (): Promise<void> => line.close(new AppError('SHUTTING_DOWN'))
  }
}
