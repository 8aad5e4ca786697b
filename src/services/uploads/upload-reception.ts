import { randomUUID } from 'node:crypto'
import type { HeldKey } from '../../../db/tenant/idempotency-repository.js'
import type { UploadAnswer } from '../../../db/tenant/rows.js'
import type { ContentIdentity, NewUpload } from '../../../db/tenant/uploads-repository.js'
import type { UsageLimits } from '../../../db/tenant/usage-repository.js'
import type { ContentHash, Hashing } from '../../../plugins/hashing/hashing.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import { abortable } from '../../../core/abortable.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { AppError } from '../../../core/errors.js'
import { concatenated, createIncomingBytes, isTimeout, type IncomingBytes } from './incoming-bytes.js'
import type { ObjectRemoval } from '../files/object-removal.js'
import { createUploadStatements } from './upload-statements.js'

/** Bytes up to which a file is held in memory and hashed before anything is written. */
export const BUFFERED_BYTES = 5 * 1024 * 1024

export interface UploadReceptionDependencies {
  router: Router
  storage: StorageOfTenants
  hashing: Hashing
  outboxes: Outboxes
  removal: ObjectRemoval
  /** What a tenant without limits of its own may hold. */
  limits: UsageLimits
  maxBytes: number
  /** Seconds that an upload may take. */
  timeout: number
}

interface NewDocumentDetails {
  filename: string
  mimeType: string
  charset: string | null
  userId: string
  ip: string
  key?: HeldKey | undefined
  /** Throws when the sender may not upload any more. Asked right before each statement that commits. */
  askAgain: () => Promise<void>
}

/** Bytes that have arrived and are not yet a document. Ends with exactly one of `commit` and `discard`. */
export interface ReceivedUpload {
  readonly content: ContentIdentity
  /** The first bytes, for recognising what they are. */
  readonly head: Buffer
  /** @throws {AppError} UPLOAD_INTERRUPTED, STORAGE_UNAVAILABLE, QUOTA_EXCEEDED, and what `askAgain` throws; then nothing is left behind */
  commit(details: NewDocumentDetails): Promise<UploadAnswer>
  discard(): Promise<void>
}

/** Takes the bytes of a file in, and lets go of them again when it throws. */
export type Receive = (bytes: AsyncIterable<Buffer>) => Promise<ReceivedUpload>

/**
 * Takes bytes in. Before a byte goes to the storage its key is reserved in `pending_objects`, and only the
 * statement that inserts the file's row takes the key out of there: a process that is killed at any point
 * leaves a reservation, and the sweeper removes what it names.
 */
export function createUploadReception(dependencies: UploadReceptionDependencies) {
  const { router, storage, hashing, outboxes, removal, limits, maxBytes, timeout } = dependencies

  const { attachOrReserve, commit, mend } = createUploadStatements({ router, outboxes, limits, timeout })

  /** Turns an object that is written under a reserved key into a document, or leaves nothing of it. */
  async function commitObject(
    tenant: TenantRef,
    upload: NewUpload,
    key: HeldKey | undefined,
    askAgain: () => Promise<void>
  ): Promise<UploadAnswer> {
    const { s3Path } = upload.file
    await askAgain()
    const committed = await commit(tenant, upload, key)
    if (committed === null) throw new AppError('UPLOAD_INTERRUPTED')
    if (!committed.deduplicated) return committed
    const stored = committed.file
    const broken = stored.verification === 'damaged' || stored.verification === 'missing'
    if (broken) {
      // The document is committed whatever comes of this; what fails here, the next upload of this content does.
      const mended = await mend(tenant, stored.id, s3Path).catch(() => false)
      if (!mended) await removal.abandon(tenant, s3Path)
    } else {
      await removal.removeNow(tenant, s3Path)
    }
    return committed
  }

  function receivedInMemory(
    tenant: TenantRef,
    body: Buffer,
    content: ContentIdentity,
    head: Buffer,
    signal: AbortSignal
  ): ReceivedUpload {
    return {
      content,
      head,
      async commit({ key, askAgain, ...details }) {
        await askAgain()
        const file = newFile(tenant, content.md5Hash)
        const upload = { document: { ...details, id: randomUUID() }, content, file }
        // Either the file is there and gets another document, or its key is reserved: one round trip.
        const attached = await attachOrReserve(tenant, upload, key)
        if (attached !== null) return attached
        try {
          await storage.of(tenant).put(file.s3Path, body, signal)
          return await commitObject(tenant, upload, key, askAgain)
        } catch (error) {
          await removal.abandon(tenant, file.s3Path)
          throw isTimeout(error) ? new AppError('UPLOAD_INTERRUPTED', { cause: error }) : error
        }
      },
      discard: async () => undefined
    }
  }

  async function receiveInStorage(
    tenant: TenantRef,
    held: Buffer[],
    incoming: IncomingBytes,
    hash: ContentHash,
    signal: AbortSignal
  ): Promise<ReceivedUpload> {
    const file = newFile(tenant)
    // The limits are held again, and strictly, by the statement that commits.
    const {
      documents,
      bytes,
      limits: most
    } = await router.withTenant(tenant, async (store) => {
      const [usage] = await Promise.all([
        store.usage.read(limits),
        store.pendingObjects.reserve(file.s3Path, timeout)
      ])
      return usage
    })
    let content: ContentIdentity
    try {
      if (most.documents !== null && documents >= most.documents) throw new AppError('QUOTA_EXCEEDED')
      incoming.limitTo(most.bytes === null ? null : most.bytes - bytes)
      await storage.of(tenant).putStream(file.s3Path, concatenated(held, incoming.chunks), signal)
      content = await hash.digest()
    } catch (error) {
      await removal.abandon(tenant, file.s3Path)
      throw isTimeout(error) ? new AppError('UPLOAD_INTERRUPTED', { cause: error }) : error
    }
    return {
      content,
      head: incoming.head(),
      async commit({ key, askAgain, ...details }) {
        try {
          return await commitObject(
            tenant,
            { document: { ...details, id: randomUUID() }, content, file },
            key,
            askAgain
          )
        } catch (error) {
          await removal.abandon(tenant, file.s3Path)
          throw error
        }
      },
      discard: () => removal.abandon(tenant, file.s3Path)
    }
  }

  /**
   * Reads a file to its end, hashing on the way, in memory bounded by `BUFFERED_BYTES` and what the storage driver holds.
   * @throws {AppError} FILE_TOO_LARGE, QUOTA_EXCEEDED, EMPTY_FILE, UPLOAD_INTERRUPTED, STORAGE_UNAVAILABLE; then
   * nothing is left behind
   */
  async function receive(tenant: TenantRef, source: AsyncIterable<Buffer>): Promise<ReceivedUpload> {
    const { hash, incoming, signal } = open(source)
    const held: Buffer[] = []
    try {
      for (;;) {
        const { value, done } = await incoming.chunks.next()
        if (done === true) break
        held.push(value)
        if (hash.fileSize > BUFFERED_BYTES)
          return await receiveInStorage(tenant, held, incoming, hash, signal)
      }
      const content = await contentOf(hash)
      return receivedInMemory(tenant, Buffer.concat(held), content, incoming.head(), signal)
    } finally {
      hash.discard()
    }
  }

  /** Only tells what the bytes are, for a request that is compared with an earlier one. */
  async function identify(source: AsyncIterable<Buffer>): Promise<ReceivedUpload> {
    const { hash, incoming } = open(source)
    try {
      let step = await incoming.chunks.next()
      while (step.done !== true) step = await incoming.chunks.next()
      return {
        content: await contentOf(hash),
        head: incoming.head(),
        commit: () => Promise.reject(new Error('Not kept')),
        discard: async () => undefined
      }
    } finally {
      hash.discard()
    }
  }

  async function contentOf(hash: ContentHash): Promise<ContentIdentity> {
    if (hash.fileSize === 0) throw new AppError('EMPTY_FILE')
    return hash.digest()
  }

  function open(source: AsyncIterable<Buffer>) {
    const signal = AbortSignal.timeout(timeout * 1000)
    const hash = hashing.start()
    // Also while a client stalls: the deadline of a reservation is one that uploads keep.
    return { signal, hash, incoming: createIncomingBytes(abortable(source, signal), hash, maxBytes) }
  }

  return { receive, identify }
}

/** `tenants/{tenant_id}/files/{yyyy}/{mm}/{file_id}`, and the MD5 behind it where it is known in time. */
function newFile(tenant: TenantRef, md5Hash?: string): { id: string; s3Path: string } {
  const id = randomUUID()
  const [year, month] = new Date().toISOString().split('-')
  const suffix = md5Hash === undefined ? '' : `_${md5Hash}`
  return { id, s3Path: `tenants/${tenant.id}/files/${year}/${month}/${id}${suffix}` }
}
