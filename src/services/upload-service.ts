import { randomUUID } from 'node:crypto'
import { addAbortSignal, type Readable } from 'node:stream'
import type { ContentIdentity, NewDocument } from '../../db/tenant/uploads-repository.js'
import type { DocumentWithFile } from '../../db/tenant/rows.js'
import type { Outboxes } from '../../plugins/messaging/outboxes.js'
import type { ObjectStorage } from '../../plugins/storage/object-storage.js'
import type { TenancyAdapter, TenantRef } from '../../plugins/tenancy/adapter.js'
import { AppError } from '../errors.js'
import { createContentHash } from './content-hash.js'
import type { ObjectRemoval } from './object-removal.js'

/** Bytes up to which a file is held in memory and hashed before anything is written. */
export const BUFFERED_BYTES = 5 * 1024 * 1024

export interface UploadServiceDependencies {
  tenancy: TenancyAdapter
  storage: ObjectStorage
  outboxes: Outboxes
  removal: ObjectRemoval
  maxBytes: number
  /** Seconds that an upload may take. */
  timeout: number
}

export interface NewDocumentDetails {
  filename: string
  mimeType: string
  userId: string
}

export interface UploadResult extends DocumentWithFile {
  /** True when the tenant had the same content already, so that nothing was kept twice. */
  deduplicated: boolean
}

/** Bytes that have arrived and are not yet a document. Ends with exactly one of `commit` and `discard`. */
export interface ReceivedUpload {
  readonly content: ContentIdentity
  /** @throws {AppError} UPLOAD_INTERRUPTED, STORAGE_UNAVAILABLE; then nothing is left behind */
  commit(details: NewDocumentDetails): Promise<UploadResult>
  discard(): Promise<void>
}

export type UploadService = ReturnType<typeof createUploadService>

/**
 * Takes bytes in. Before a byte goes to the storage its key is reserved in `pending_objects`, and only the
 * statement that inserts the file's row takes the key out of there: a process that is killed at any point
 * leaves a reservation, and the sweeper removes what it names.
 */
export function createUploadService(dependencies: UploadServiceDependencies) {
  const { tenancy, storage, outboxes, removal, maxBytes, timeout } = dependencies

  const reserve = (tenant: TenantRef, key: string) =>
    tenancy.withTenant(tenant, (store) => store.pendingObjects.reserve(key, timeout))
  const record = (
    tenant: TenantRef,
    document: NewDocument,
    content: ContentIdentity,
    file: { id: string; s3Path: string }
  ) =>
    outboxes.record(tenant.id, () =>
      tenancy.withTenant(tenant, (store) => store.uploads.commit(document, content, file))
    )

  /** Turns an object that is written under a reserved key into a document, or leaves nothing of it. */
  async function commitObject(
    tenant: TenantRef,
    document: NewDocument,
    content: ContentIdentity,
    file: { id: string; s3Path: string }
  ): Promise<UploadResult> {
    const committed = await record(tenant, document, content, file)
    if (committed === null) throw new AppError('UPLOAD_INTERRUPTED')
    if (committed.deduplicated) await removal.removeNow(tenant, file.s3Path)
    return { ...committed.document, deduplicated: committed.deduplicated }
  }

  function receivedInMemory(
    tenant: TenantRef,
    body: Buffer,
    content: ContentIdentity,
    signal: AbortSignal
  ): ReceivedUpload {
    return {
      content,
      async commit(details) {
        const document = { ...details, id: randomUUID(), tenantId: tenant.id }
        const file = newFile(tenant, content.md5Hash)
        // Either the file is there and gets another document, or its key is reserved: one round trip.
        const attached = await outboxes.record(tenant.id, () =>
          tenancy.withTenant(tenant, (store) =>
            store.uploads.attachOrReserve(document, content, file.s3Path, timeout)
          )
        )
        if (attached !== null) return { ...attached, deduplicated: true }
        try {
          await storage.put(file.s3Path, body, signal)
          return await commitObject(tenant, document, content, file)
        } catch (error) {
          await removal.abandon(tenant, file.s3Path)
          throw error
        }
      },
      discard: async () => undefined
    }
  }

  async function receiveInStorage(
    tenant: TenantRef,
    chunks: AsyncIterable<Buffer>,
    digest: () => ContentIdentity,
    signal: AbortSignal
  ): Promise<ReceivedUpload> {
    const file = newFile(tenant)
    await reserve(tenant, file.s3Path)
    try {
      await storage.putStream(file.s3Path, chunks, signal)
    } catch (error) {
      await removal.abandon(tenant, file.s3Path)
      throw isTimeout(error) ? new AppError('UPLOAD_INTERRUPTED', { cause: error }) : error
    }
    const content = digest()
    return {
      content,
      async commit(details) {
        const document = { ...details, id: randomUUID(), tenantId: tenant.id }
        try {
          return await commitObject(tenant, document, content, file)
        } catch (error) {
          await removal.abandon(tenant, file.s3Path)
          throw error
        }
      },
      discard: () => removal.abandon(tenant, file.s3Path)
    }
  }

  return {
    /**
     * Reads the stream to its end, hashing on the way, in memory bounded by `BUFFERED_BYTES` and what the
     * storage driver holds. Small files stay in memory until `commit` knows whether they are new.
     * @throws {AppError} FILE_TOO_LARGE, EMPTY_FILE, UPLOAD_INTERRUPTED, STORAGE_UNAVAILABLE; then nothing is left behind
     */
    async receive(tenant: TenantRef, source: Readable): Promise<ReceivedUpload> {
      const signal = AbortSignal.timeout(timeout * 1000)
      const hash = createContentHash()
      // A client that stalls is cut off too: the deadline of a reservation is one that uploads keep.
      // A refused one stays open, since its rest must still be read before the answer gets through.
      const bytes = addAbortSignal(signal, source).iterator({ destroyOnReturn: false })
      const chunks = measured(bytes, hash, maxBytes)
      const head: Buffer[] = []
      for (;;) {
        const { value, done } = await chunks.next()
        if (done === true) break
        head.push(value)
        if (hash.fileSize > BUFFERED_BYTES) {
          return receiveInStorage(tenant, concatenated(head, chunks), () => hash.digest(), signal)
        }
      }
      const content = hash.digest()
      if (content.fileSize === 0) throw new AppError('EMPTY_FILE')
      return receivedInMemory(tenant, Buffer.concat(head), content, signal)
    }
  }
}

/** `tenants/{tenant_id}/files/{yyyy}/{mm}/{file_id}`, and the MD5 behind it where it is known in time. */
function newFile(tenant: TenantRef, md5Hash?: string): { id: string; s3Path: string } {
  const id = randomUUID()
  const [year, month] = new Date().toISOString().split('-')
  const suffix = md5Hash === undefined ? '' : `_${md5Hash}`
  return { id, s3Path: `tenants/${tenant.id}/files/${year}/${month}/${id}${suffix}` }
}

async function* measured(
  source: AsyncIterable<Buffer>,
  hash: ReturnType<typeof createContentHash>,
  maxBytes: number
): AsyncGenerator<Buffer, undefined> {
  try {
    for await (const chunk of source) {
      hash.update(chunk)
      if (hash.fileSize > maxBytes) {
        throw new AppError('FILE_TOO_LARGE', {
          message: `The file is larger than the ${maxBytes} bytes that this server accepts`
        })
      }
      yield chunk
    }
  } catch (error) {
    throw isTimeout(error) ? new AppError('UPLOAD_INTERRUPTED', { cause: error }) : error
  }
  return undefined
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
}

async function* concatenated(head: Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // Each chunk is let go as soon as it is handed on.
  for (let chunk = head.shift(); chunk !== undefined; chunk = head.shift()) yield chunk
  yield* rest
}
