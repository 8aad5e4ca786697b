import { randomUUID } from 'node:crypto'
import type { TenantArchiveRepository } from '../../../db/main/tenant-archive-repository.js'
import type { Role } from '../../../db/main/members-repository.js'
import type { Hashing } from '../../../plugins/hashing/hashing.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import { tenantDatabaseName } from '../../../plugins/tenancy/database-name.js'
import type { PlaceAdapter } from '../../../plugins/tenancy/place-adapter.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import type { FileRow, MemberRow } from './format.js'
import { insertRows } from './insert-rows.js'
import { receiveArchive, withSpooledRows, type ReceivedRows } from './receive-archive.js'
import { storeObjects } from './store-objects.js'
import { underHold } from './under-hold.js'

export interface TenantImportDependencies {
  archives: TenantArchiveRepository
  router: Router
  places: Pick<PlaceAdapter, 'provision'>
  storage: StorageOfTenants
  hashing: Hashing
  outboxes: Pick<Outboxes, 'recordMain'>
  /** Removes what a failed import has created. */
  discard: (tenant: TenantRef) => Promise<void>
}

export interface ImportOptions {
  /** Null keeps the name that the archive has. */
  name: string | null
  /** The server that keeps the new tenant. */
  server: string
  /** Whether members of the exported tenant become members, by their verified addresses. */
  withMembers: boolean
  osUser: string
}

export interface ImportedTenant {
  id: string
  name: string
  documents: number
  files: number
  lost: number
  members: number
}

/** Seconds for which the key of an object is reserved; the hold keeps the object for longer. */
const RESERVED = 86_400

export type ImportTenant = ReturnType<typeof createTenantImport>

/**
 * Makes a new tenant from an archive. Until the import is complete, the tenant is closed as if it were deleted, and has
 * no members. The import stores the objects first, each recorded in `pending_objects` before its first byte, then
 * inserts all rows in one transaction, and opens the tenant last. The next purge removes what a killed import leaves.
 */
export function createTenantImport(dependencies: TenantImportDependencies) {
  const { archives, router, places, storage, hashing, outboxes, discard } = dependencies

  /** Accounts here for archived members, by archived id: those whose address is verified both here and there. */
  async function accountsOf(members: MemberRow[]) {
    const accounts = new Map<string, string>()
    const roles: { user_id: string; role: Role }[] = []
    for (const { id, email, email_verified, role } of members) {
      const account = email_verified ? await archives.findVerified(email) : null
      if (account === null) continue
      accounts.set(id, account)
      roles.push({ user_id: account, role })
    }
    return { accounts, roles }
  }

  async function fill(
    tenant: TenantRef,
    source: AsyncIterable<Buffer>,
    rows: ReceivedRows,
    withMembers: boolean,
    signal: AbortSignal
  ) {
    const prefix = `tenants/${tenant.id}/files/${randomUUID()}`
    const keyOf = ({ id }: FileRow) => `${prefix}/${id}`
    const store = storeObjects({ router, storage, hashing }, tenant, keyOf, RESERVED, signal)
    const { manifest, members } = await receiveArchive(source, rows, store)
    const { accounts, roles } = await accountsOf(withMembers ? members : [])
    const here = (id: string | null) => (id === null ? null : (accounts.get(id) ?? id))
    await router.withTenant(tenant, ({ archive }) =>
      insertRows(archive, rows, {
        areReserved: true,
        file: (row, stored) => ({ ...row, ...stored, s3_path: keyOf(row) }),
        document: (row) => ({ ...row, user_id: here(row.user_id), created_by: here(row.created_by) })
      })
    )
    return { manifest, roles }
  }

  return async function importTenant(
    source: AsyncIterable<Buffer>,
    { name, server, withMembers, osUser }: ImportOptions
  ): Promise<ImportedTenant> {
    const id = randomUUID()
    const databaseName = tenantDatabaseName()
    const tenant = await archives.insertClosed({ id, name: name ?? 'Import', databaseName, server })
    try {
      await places.provision(tenant)
      await archives.setReady(id)
      const { manifest, roles, opened } = await underHold(router, tenant, 'import', async (signal) => {
        const filled = await withSpooledRows((rows) => fill(tenant, source, rows, withMembers, signal))
        const opened = name ?? filled.manifest.tenant.name
        const from = filled.manifest.tenant.id
        await outboxes.recordMain(() =>
          archives.open(id, { name: opened, from, osUser, members: filled.roles })
        )
        return { ...filled, opened }
      })
      const { files, documents, lost } = manifest.rows
      return { id, name: opened, documents, files, lost, members: roles.length }
    } catch (error) {
      // The next purge removes what cannot be removed now.
      await discard(tenant).catch(() => undefined)
      throw error
    }
  }
}
