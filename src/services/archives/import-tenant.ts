import { randomUUID } from 'node:crypto'
import type { TenantArchiveRepository } from '../../../db/main/tenant-archive-repository.js'
import type { Role } from '../../../db/main/members-repository.js'
import type { TenantRestoration } from '../../../db/tenant/archive-repository.js'
import type { Hashing } from '../../../plugins/hashing/hashing.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import { tenantDatabaseName } from '../../../plugins/tenancy/database-name.js'
import type { PlaceAdapter } from '../../../plugins/tenancy/place-adapter.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { ArchiveRefused } from './archive-refused.js'
import type { DocumentRow, FileRow, LostRow, MemberRow } from './format.js'
import { receiveArchive, type ReceivedRows, type StoreObject } from './receive-archive.js'
import { createSpool, type Spool } from './spool.js'
import { underHold } from './under-hold.js'

export interface TenantImportDependencies {
  archives: TenantArchiveRepository
  router: Router
  places: Pick<PlaceAdapter, 'provision'>
  storage: StorageOfTenants
  hashing: Hashing
  outboxes: Pick<Outboxes, 'recordMain'>
  /** Removes what a failed import has made. */
  discard: (tenant: TenantRef) => Promise<void>
}

export interface ImportOptions {
  /** Null: as in the archive. */
  name: string | null
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

/** Rows per statement. */
const BATCH = 500
/** Seconds for which the key of an object is reserved; the hold keeps it for longer. */
const RESERVED = 86_400

export type ImportTenant = ReturnType<typeof createTenantImport>

/**
 * Makes a new tenant of an archive. Until everything is there, the tenant is closed as if it were deleted, and nobody is
 * a member. Objects come first, each promised to `pending_objects` before its first byte; all rows are inserted by one
 * transaction at the end; the tenant is opened last. What a killed import leaves is removed by the next purge.
 */
export function createTenantImport(dependencies: TenantImportDependencies) {
  const { archives, router, places, storage, hashing, outboxes, discard } = dependencies

  /** Stores objects below one prefix, which no other import uses. */
  function storeIn(tenant: TenantRef, keyOf: (file: FileRow) => string, signal: AbortSignal): StoreObject {
    return async (file, content) => {
      signal.throwIfAborted()
      const key = keyOf(file)
      await router.withTenant(tenant, (store) => store.pendingObjects.reserve(key, RESERVED))
      const hash = hashing.start()
      const hashed = async function* () {
        for await (const chunk of content) {
          await hash.update(chunk)
          yield chunk
        }
      }
      try {
        await storage.of(tenant).putStream(key, hashed(), signal)
        return await hash.digest()
      } finally {
        hash.discard()
      }
    }
  }

  async function insertFiles(
    restoration: TenantRestoration,
    { files, lost }: ReceivedRows,
    keyOf: (file: FileRow) => string
  ): Promise<void> {
    const losses = lost.lines()
    let loss = await nextOf<LostRow>(losses)
    const now = new Date().toISOString()
    for await (const batch of batchesOf<FileRow>(files)) {
      let expected = batch.length
      const rows: object[] = []
      for (const file of batch) {
        const why = loss?.id === file.id ? loss.why : null
        if (why === 'missing') expected -= 1
        if (why !== null) loss = await nextOf<LostRow>(losses)
        // The import has read the whole content, and compared it.
        const found = { verified_at: now, verification: why ?? 'intact' }
        rows.push({ ...file, ...found, s3_path: keyOf(file) })
      }
      if ((await restoration.insertFiles(rows)) !== expected)
        throw new Error('Objects of this import were removed while it ran; run it again')
    }
  }

  async function insertRows(
    tenant: TenantRef,
    rows: ReceivedRows,
    keyOf: (file: FileRow) => string,
    accounts: Map<string, string>
  ): Promise<void> {
    const here = (id: string | null) => (id === null ? null : (accounts.get(id) ?? id))
    const restored = await router.withTenant(tenant, (store) =>
      store.archive.restore(async (restoration) => {
        await insertFiles(restoration, rows, keyOf)
        for await (const batch of batchesOf<DocumentRow>(rows.documents))
          await restoration.insertDocuments(
            batch.map((row) => ({ ...row, user_id: here(row.user_id), created_by: here(row.created_by) }))
          )
      })
    )
    if (restored.outcome === 'refused')
      throw new ArchiveRefused(
        `its rows contradict each other, or break a rule (${restored.why.slice(0, 200)})`,
        'It was damaged or made by hand.'
      )
  }

  /** The accounts of members that exist here, by their ids in the archive: both sides must have verified the address. */
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
    const { manifest, members } = await receiveArchive(source, rows, storeIn(tenant, keyOf, signal))
    const { accounts, roles } = await accountsOf(withMembers ? members : [])
    await insertRows(tenant, rows, keyOf, accounts)
    return { manifest, roles }
  }

  return async function importTenant(
    source: AsyncIterable<Buffer>,
    { name, withMembers, osUser }: ImportOptions
  ): Promise<ImportedTenant> {
    const id = randomUUID()
    const databaseName = tenantDatabaseName()
    const tenant = await archives.insertClosed({ id, name: name ?? 'Import', databaseName })
    const rows: ReceivedRows = {
      ...{ files: await createSpool(), documents: await createSpool() },
      ...{ lost: await createSpool(), sums: await createSpool() }
    }
    try {
      await places.provision(tenant)
      await archives.setReady(id)
      const { manifest, roles, opened } = await underHold(router, tenant, 'import', async (signal) => {
        const filled = await fill(tenant, source, rows, withMembers, signal)
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
      // What cannot be removed now, the next purge removes.
      await discard(tenant).catch(() => undefined)
      throw error
    } finally {
      await Promise.all(Object.values(rows).map((spool) => spool.close()))
    }
  }
}

async function* batchesOf<Row>(spool: Spool): AsyncGenerator<Row[], void> {
  let batch: Row[] = []
  for await (const line of spool.lines()) {
    if (batch.push(JSON.parse(line) as Row) < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function nextOf<Row>(lines: AsyncGenerator<string, void>): Promise<Row | undefined> {
  const step = await lines.next()
  return step.done === true ? undefined : (JSON.parse(step.value) as Row)
}
