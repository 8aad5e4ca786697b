import { inPages, inPagesById } from '../../../core/pages.js'
import { NIL_UUID } from '../../../core/uuid.js'
import type { ArchiveMember } from '../../../db/main/tenant-archive-repository.js'
import type { ExportedFile, TenantSnapshot } from '../../../db/tenant/archive-repository.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { objectBytes } from '../files/object-bytes.js'
import {
  FORMAT,
  FORMAT_NAME,
  FORMAT_VERSION,
  MANIFEST_NAME,
  objectName,
  SUMS_NAME,
  type LostRow,
  type Manifest
} from './format.js'
import { createPackedArchive, type PackedArchive } from './packed-archive.js'
import { createSpool, type Spool } from './spool.js'
import { underHold } from './under-hold.js'

export interface ArchiveWriterDependencies {
  router: Router
  storage: StorageOfTenants
  archives: {
    membersAfter(tenantId: string, id: string, limit: number): Promise<ArchiveMember[]>
    isActive(tenantId: string): Promise<boolean>
  }
}

/** What an archive contains, or contains so far while it is written. Sizes in bytes. */
export interface ArchiveCounts {
  documents: number
  files: number
  bytes: number
  /** Files whose object was missing or damaged. */
  lost: number
}

export interface WrittenArchive extends ArchiveCounts {
  /** Bytes of the whole archive. */
  fileSize: number
  sha256: string
}

/** Rows per read. */
const PAGE = 1_000

type StoredObject = Pick<ExportedFile, 'id' | 's3_path' | 'sha256' | 'file_size'>

export type WriteArchive = ReturnType<typeof createArchiveWriter>

/** Writes everything that a tenant stores at one moment to an archive: see `format.ts`. */
export function createArchiveWriter({ router, storage, archives }: ArchiveWriterDependencies) {
  /** Adds the rows of a snapshot, and spools which objects to read: its transaction can end before they are read. */
  async function addRows(archive: PackedArchive, snapshot: TenantSnapshot, objects: Spool) {
    const files = async function* () {
      for await (const { line, ...object } of inPages<ExportedFile, string>(
        (after, limit) => snapshot.filesAfter(after, limit),
        ({ id }) => id,
        NIL_UUID,
        PAGE
      )) {
        await objects.write(`${JSON.stringify(object)}\n`)
        yield line
      }
    }
    const documents = async function* () {
      for await (const { line } of inPagesById((after, limit) => snapshot.documentsAfter(after, limit)))
        yield line
    }
    return {
      files: await archive.addTable('files', files()),
      documents: await archive.addTable('documents', documents())
    }
  }

  async function* members(tenant: TenantRef): AsyncGenerator<string> {
    const all = inPagesById<ArchiveMember>((after, limit) => archives.membersAfter(tenant.id, after, limit))
    for await (const member of all) yield JSON.stringify(member)
  }

  /** @returns why the object does not match its file; null if it does */
  async function addObject(
    archive: PackedArchive,
    tenant: TenantRef,
    object: StoredObject,
    onBytes: (count: number) => void,
    signal: AbortSignal
  ): Promise<LostRow['why'] | null> {
    const objects = storage.of(tenant)
    const found = await objects.stat(object.s3_path)
    const stream = found && (await objects.get(object.s3_path))
    if (found === null || stream === null) return 'missing'
    const counted = async function* () {
      for await (const chunk of objectBytes(stream, signal)) {
        onBytes(chunk.length)
        yield chunk
      }
    }
    try {
      const sha256 = await archive.add(objectName(object.sha256), found.size, counted())
      return sha256 === object.sha256 && found.size === object.file_size ? null : 'damaged'
    } finally {
      // An archive whose reader has stopped refuses the entry before it reads anything.
      stream.destroy()
    }
  }

  async function produce(
    archive: PackedArchive,
    tenant: TenantRef & { name: string },
    spools: { objects: Spool; lost: Spool; sums: Spool },
    counts: ArchiveCounts,
    signal: AbortSignal
  ): Promise<void> {
    const json = (value: object) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`)
    await archive.addBytes(FORMAT_NAME, json({ format: FORMAT, version: FORMAT_VERSION }))
    const exportedAt = new Date().toISOString()
    const rows = await router.withTenant(tenant, (store) =>
      store.archive.readSnapshot((snapshot) => addRows(archive, snapshot, spools.objects))
    )
    Object.assign(counts, rows)
    const memberCount = await archive.addTable('members', members(tenant))
    let objects = 0
    for await (const line of spools.objects.lines()) {
      signal.throwIfAborted()
      const object = JSON.parse(line) as StoredObject
      const onBytes = (count: number) => (counts.bytes += count)
      const why = await addObject(archive, tenant, object, onBytes, signal)
      if (why !== 'missing') objects += 1
      if (why === null) continue
      counts.lost += 1
      await spools.lost.write(`${JSON.stringify({ id: object.id, why } satisfies LostRow)}\n`)
    }
    await archive.addTable('lost', spools.lost.lines())
    const sums = await archive.add(SUMS_NAME, spools.sums.size, spools.sums.chunks())
    const manifest: Manifest = {
      ...{ format: FORMAT, version: FORMAT_VERSION },
      tenant: { id: tenant.id, name: tenant.name },
      exported_at: exportedAt,
      rows: { ...rows, members: memberCount, lost: counts.lost },
      ...{ objects, object_bytes: counts.bytes, sha256sums: sums }
    }
    await archive.addBytes(MANIFEST_NAME, json(manifest))
    archive.finalize()
  }

  /**
   * Writes the archive, and passes its bytes to `consume`. If either fails, the other is stopped too.
   * @param counts updated as the archive grows
   * @throws {Error} if the tenant is no longer active
   */
  return async function writeArchive(
    tenant: TenantRef & { name: string },
    consume: (chunks: AsyncIterable<Buffer>, signal: AbortSignal) => Promise<void>,
    {
      counts = { documents: 0, files: 0, bytes: 0, lost: 0 },
      stop
    }: { counts?: ArchiveCounts; stop?: AbortSignal } = {}
  ): Promise<WrittenArchive> {
    const work = async (signal: AbortSignal) => {
      // Checked after taking the hold, because a purge marks the tenant before it looks for holds.
      if (!(await archives.isActive(tenant.id))) throw new Error(`The tenant ${tenant.id} is being removed`)
      const spools = { objects: await createSpool(), lost: await createSpool(), sums: await createSpool() }
      try {
        const archive = createPackedArchive(spools.sums, new Date())
        const failing = <T>(running: Promise<T>) =>
          running.catch((error: unknown) => {
            archive.destroy(error instanceof Error ? error : new Error(String(error)))
            throw error
          })
        const [produced, consumed] = await Promise.allSettled([
          failing(produce(archive, tenant, spools, counts, signal)),
          failing(consume(archive.chunks(), signal))
        ])
        signal.throwIfAborted()
        // Throw the original failure, not the error that it caused on the other side.
        if (consumed.status === 'rejected' && produced.status === 'fulfilled') throw consumed.reason
        if (produced.status === 'rejected')
          throw consumed.status === 'rejected' && isConsequence(produced.reason)
            ? consumed.reason
            : produced.reason
        return { ...counts, ...archive.digest() }
      } finally {
        await Promise.all(Object.values(spools).map((spool) => spool.close()))
      }
    }
    return underHold(router, tenant, 'export', work, stop)
  }
}

/** The error of an entry that was cut off, or could not begin, because the archive was destroyed. */
const isConsequence = (error: unknown) =>
  error instanceof Error &&
  ((error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE' || /destroyed/.test(error.message))
