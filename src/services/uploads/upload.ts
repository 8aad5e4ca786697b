import { createHash, randomUUID } from 'node:crypto'
import type { HeldKey } from '../../../db/tenant/idempotency-repository.js'
import type { UploadAnswer } from '../../../db/tenant/rows.js'
import type { ContentIdentity, NewDocument, NewUpload } from '../../../db/tenant/uploads-repository.js'
import type { UsageLimits } from '../../../db/tenant/usage-repository.js'
import type { Hashing } from '../../../plugins/hashing/hashing.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { TenancyAdapter, TenantRef } from '../../../plugins/tenancy/adapter.js'
import { abortable } from '../../../core/abortable.js'
import type { Place } from '../../../core/concurrency/fair-line.js'
import { AppError } from '../../../core/errors.js'
import type { ObjectRemoval } from '../files/object-removal.js'
import { concatenated, createIncomingBytes, type IncomingBytes } from './incoming-bytes.js'
import type { UploadClaim } from './upload-keys.js'
import type { UploadCandidate } from './upload-slots.js'
import type { UploadStatements } from './upload-statements.js'

/** Bytes up to which a file is held in memory and hashed before anything is written. */
export const BUFFERED_BYTES = 5 * 1024 * 1024

/** What uploads work with. */
export interface UploadResources {
  tenancy: TenancyAdapter
  storage: StorageOfTenants
  hashing: Hashing
  statements: UploadStatements
  removal: ObjectRemoval
  /** What a tenant without limits of its own may hold. */
  limits: UsageLimits
  maxBytes: number
  /** Seconds that an upload may take from its first byte. */
  timeout: number
}

/** An upload that somebody asks for. */
export interface UploadRequest extends Omit<UploadCandidate, 'tenantId'> {
  /** The address of the sender. */
  ip: string
  /** The Idempotency-Key: the same upload is answered once within a day, and then as it was before. */
  key?: string | undefined
  /** Throws when the sender may not upload any more: asked after every wait, and right before each commit. */
  askAgain: () => Promise<void>
}

/** What has arrived. */
export interface ReceivedBytes {
  readonly content: ContentIdentity
  /** The first bytes, for recognising what they are. */
  readonly head: Buffer
}

/** What is to become a document. */
export interface UploadDescription extends Pick<NewDocument, 'filename' | 'mimeType' | 'charset'> {
  content: ContentIdentity
}

export interface Uploaded {
  document: UploadAnswer
  /** It was made by an earlier request with the same Idempotency-Key. */
  replayed: boolean
}

/**
 * One upload, from its turn to its document: received once, then committed once. Disposal gives back what it still holds,
 * however it ended: its place in the line, its Idempotency-Key, the object that it wrote.
 *
 * Before a byte goes to the storage its key is reserved in `pending_objects`, and only the statement that inserts
 * the file's row takes the key out of there: a process that is killed at any point leaves a reservation, and the
 * sweeper removes what it names.
 */
export class Upload implements AsyncDisposable {
  readonly #deadline = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #isReceiving = false
  #isCommitted = false
  /** All bytes of a short file, which is not written before the commit. */
  #body: Buffer | undefined
  /** Set while its key is reserved: the commit makes it a file's, or the disposal removes it. */
  #object: NewUpload['file'] | undefined

  constructor(
    private readonly resources: UploadResources,
    private readonly tenant: TenantRef,
    private readonly request: UploadRequest,
    readonly place: Place,
    private readonly claim: UploadClaim
  ) {}

  /**
   * Reads a file to its end, hashing on the way, in memory bounded by `BUFFERED_BYTES` and what the storage driver
   * holds. A replay is hashed only, to be compared with the original.
   * @throws {AppError} FILE_TOO_LARGE, QUOTA_EXCEEDED, EMPTY_FILE, UPLOAD_INTERRUPTED, STORAGE_UNAVAILABLE, and what
   * `source` throws
   */
  async receive(source: AsyncIterable<Buffer>): Promise<ReceivedBytes> {
    const { hashing, maxBytes, timeout } = this.resources
    const { signal } = this.#deadline
    const isReplay = this.claim.earlier !== undefined
    this.#isReceiving = true
    this.#timer = setTimeout(() => this.#interrupt(), timeout * 1000).unref()
    const hash = hashing.start()
    try {
      // Also while a client stalls: the deadline of a reservation is one that uploads keep.
      const incoming = createIncomingBytes(abortable(source, signal), hash, maxBytes)
      const held: Buffer[] = []
      for await (const chunk of incoming.chunks) {
        if (isReplay) continue
        held.push(chunk)
        if (hash.fileSize > BUFFERED_BYTES) await this.#store(held, incoming)
      }
      if (hash.fileSize === 0) throw new AppError('EMPTY_FILE')
      if (this.#object === undefined) this.#body = Buffer.concat(held)
      const content = await hash.digest()
      signal.throwIfAborted()
      return { content, head: incoming.head() }
    } finally {
      hash.discard()
      this.#isReceiving = false
      // After a disposal nobody else removes what was written.
      if (signal.aborted) await this.#abandon()
    }
  }

  /** Streams the held bytes and the rest to the storage, under a key that is reserved first. */
  async #store(held: Buffer[], incoming: IncomingBytes): Promise<void> {
    const { tenancy, storage, limits, timeout } = this.resources
    const file = newFile(this.tenant)
    const usage = await tenancy.withTenant(this.tenant, async (store) => {
      const [usage] = await Promise.all([
        store.usage.read(limits),
        store.pendingObjects.reserve(file.s3Path, timeout)
      ])
      return usage
    })
    this.#object = file
    // The limits are held again, and strictly, by the statement that commits.
    const most = usage.limits
    if (most.documents !== null && usage.documents >= most.documents) throw new AppError('QUOTA_EXCEEDED')
    incoming.limitTo(most.bytes === null ? null : most.bytes - usage.bytes)
    const bytes = concatenated(held, incoming.chunks)
    await storage.of(this.tenant).putStream(file.s3Path, bytes, this.#deadline.signal)
  }

  /**
   * Makes the received bytes a document. The same upload of the same user with the same key is answered as it was before.
   * @throws {AppError} UPLOAD_INTERRUPTED, STORAGE_UNAVAILABLE, QUOTA_EXCEEDED, IDEMPOTENCY_MISMATCH, and what `askAgain`
   * throws
   */
  async commit(description: UploadDescription): Promise<Uploaded> {
    const { earlier, key } = this.claim
    if (earlier !== undefined) {
      if (fingerprint(description) !== earlier.fingerprint) throw new AppError('IDEMPOTENCY_MISMATCH')
      await this.request.askAgain()
      return { document: earlier.answer, replayed: true }
    }
    const document = await this.#commitNew(description, key?.answeredFor(fingerprint(description)))
    this.#isCommitted = true
    return { document, replayed: false }
  }

  async #commitNew(
    { content, ...named }: UploadDescription,
    key: HeldKey | undefined
  ): Promise<UploadAnswer> {
    const { storage, statements } = this.resources
    const { userId, ip, askAgain } = this.request
    const document = { ...named, userId, ip, id: randomUUID() }

    if (this.#body !== undefined) {
      const file = newFile(this.tenant, content.md5Hash)
      await askAgain()
      // Either the file is there and gets another document, or its key is reserved: one round trip.
      const attached = await statements.attachOrReserve(this.tenant, { document, content, file }, key)
      if (attached.outcome === 'attached') return attached.document
      this.#object = file
      await storage.of(this.tenant).put(file.s3Path, this.#body, this.#deadline.signal)
    }
    if (this.#object === undefined) throw new Error('Nothing was received')
    const upload = { document, content, file: this.#object }
    await askAgain()
    const committed = await statements.commit(this.tenant, upload, key)
    if (committed.outcome === 'lost') throw new AppError('UPLOAD_INTERRUPTED')
    this.#object = undefined
    const { deduplicated, file } = committed.document
    if (deduplicated) await this.#settleDuplicate(upload.file, file)
    return committed.document
  }

  /** Of two objects with the same content, the new one goes, unless the stored one is lost or damaged. */
  async #settleDuplicate(written: NewUpload['file'], stored: UploadAnswer['file']): Promise<void> {
    const { removal, statements } = this.resources
    if (stored.verification !== 'damaged' && stored.verification !== 'missing')
      return removal.removeNow(this.tenant, written.s3Path)
    // The document is committed whatever comes of this; what fails here, the next upload of this content does.
    const mending = await statements.mend(this.tenant, stored.id, written.s3Path).catch(() => undefined)
    if (mending?.outcome !== 'mended') await removal.abandon(this.tenant, written.s3Path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer)
    if (!this.#isCommitted) this.#interrupt()
    try {
      // Not waiting for a storage that hangs: `receive` removes the object once its write has ended.
      if (!this.#isReceiving) await this.#abandon()
      await this.claim.key?.end(this.#isCommitted)
    } finally {
      this.place.leave()
    }
  }

  async #abandon(): Promise<void> {
    const object = this.#object
    this.#object = undefined
    if (object !== undefined) await this.resources.removal.abandon(this.tenant, object.s3Path)
  }

  #interrupt(): void {
    this.#deadline.abort(new AppError('UPLOAD_INTERRUPTED'))
  }
}

/** Tells requests with the same key apart by what they ask for. */
function fingerprint({ content, filename, mimeType, charset }: UploadDescription): string {
  const { md5Hash, sha256, fileSize } = content
  const declared = charset === null ? [] : [charset]
  const asked = [filename, mimeType, md5Hash, sha256, fileSize, ...declared]
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex')
}

/** `tenants/{tenant_id}/files/{yyyy}/{mm}/{file_id}`, and the MD5 behind it where it is known in time. */
function newFile(tenant: TenantRef, md5Hash?: string): NewUpload['file'] {
  const id = randomUUID()
  const [year, month] = new Date().toISOString().split('-')
  const suffix = md5Hash === undefined ? '' : `_${md5Hash}`
  return { id, s3Path: `tenants/${tenant.id}/files/${year}/${month}/${id}${suffix}` }
}
