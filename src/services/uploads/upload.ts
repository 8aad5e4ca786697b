import { createHash, randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { HeldKey } from '../../../db/tenant/idempotency-repository.js'
import type { File, UploadAnswer } from '../../../db/tenant/rows.js'
import type { ContentIdentity, NewDocument, NewUpload } from '../../../db/tenant/uploads-repository.js'
import type { UsageLimits } from '../../../db/tenant/usage-repository.js'
import type { Hashing } from '../../../plugins/hashing/hashing.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { abortable } from '../../../core/abortable.js'
import type { Place } from '../../../core/concurrency/fair-line.js'
import { AppError } from '../../../core/errors.js'
import { NO_OWN_DATA, type OwnData } from '../../../core/own-data.js'
import type { ObjectRemoval } from '../files/object-removal.js'
import { refusingOwnData } from '../documents/own-data-refusals.js'
import { concatenated, createIncomingBytes, type IncomingBytes } from './incoming-bytes.js'
import { newFile } from './new-file.js'
import { isBroken, settleDuplicate } from './settle-duplicate.js'
import type { UploadClaim } from './upload-keys.js'
import type { UploadCandidate } from './upload-line.js'
import type { UploadStatements } from './upload-statements.js'

/** Up to this many bytes, a file is held in memory and hashed before anything is written. */
export const BUFFERED_BYTES = 5 * 1024 * 1024

const NO_LIMITS: UsageLimits = { documents: null, bytes: null }

/** What uploads depend on. */
export interface UploadResources {
  router: Router
  change: Change
  storage: StorageOfTenants
  hashing: Hashing
  statements: UploadStatements
  removal: ObjectRemoval
  /** Limits of a tenant that has none of its own. */
  limits: UsageLimits
  maxBytes: number
  /** Maximum duration of an upload in seconds, from its first byte. */
  timeout: number
}

/** A request to upload. */
export interface UploadRequest extends Omit<UploadCandidate, 'tenantId'> {
  /** The sender's address. */
  ip: string
  /** The user for whom a service account sends it; null if it is for nobody else. */
  onBehalfOf: string | null
  /** The Idempotency-Key: for a day, the same upload gets the same answer. */
  key?: string | undefined
  /** Throws if the sender may no longer upload; called after every wait, and right before each commit. */
  askAgain: () => Promise<void>
}

/** The received bytes. */
export interface ReceivedBytes {
  readonly content: ContentIdentity
  /** The first bytes, for recognising the type. */
  readonly head: Buffer
}

/** The document to create. */
export interface UploadDescription extends Pick<
  NewDocument,
  'filename' | 'mimeType' | 'charset' | 'ownData'
> {
  content: ContentIdentity
}

export interface Uploaded {
  document: UploadAnswer
  /** True if an earlier request with the same Idempotency-Key created it. */
  replayed: boolean
}

/**
 * One upload, from its turn in the line to its document: received once, then committed once. Disposing of it gives back
 * what it still holds, however it ended: its place in the line, its Idempotency-Key, the object that it wrote.
 *
 * Before any byte goes to the storage, its key is reserved in `pending_objects`, and only the statement that inserts
 * the file's row removes the key from there: a process killed at any point leaves a reservation, and the sweeper
 * removes the object it names.
 */
export class Upload implements AsyncDisposable {
  readonly #deadline = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #isReceiving = false
  #isCommitted = false
  /** All bytes of a short file, which is not written before the commit. */
  #body: Buffer | undefined
  /** Set while its key is reserved: the commit makes it a file's object, or the disposal removes it. */
  #object: NewUpload['file'] | undefined
  /** The file of the document that the request replaces instead of adding one. */
  #replaced: File | undefined

  constructor(
    private readonly resources: UploadResources,
    private readonly tenant: TenantRef,
    private readonly request: UploadRequest,
    readonly place: Place,
    private readonly claim: UploadClaim
  ) {}

  /**
   * To be called before `receive` if the document exists already, with its file. Nothing will be added, so no limit of
   * the tenant applies.
   */
  replaces(file: File): void {
    this.#replaced = file
  }

  /** Whether the storage already has what the client sends, so that the bytes only need to be compared with it. */
  get #isStored(): boolean {
    return this.claim.earlier !== undefined || (this.#replaced !== undefined && !isBroken(this.#replaced))
  }

  /**
   * Reads a file to its end, hashing on the way, in memory bounded by `BUFFERED_BYTES` and what the storage driver
   * holds. A replay is only hashed, to be compared with the original, and so is a replacement, unless the stored file
   * is lost or damaged.
   * @throws {AppError} FILE_TOO_LARGE, QUOTA_EXCEEDED, EMPTY_FILE, UPLOAD_INTERRUPTED, STORAGE_UNAVAILABLE, and what
   * `source` throws
   */
  async receive(source: AsyncIterable<Buffer>): Promise<ReceivedBytes> {
    const { hashing, maxBytes, timeout } = this.resources
    const { signal } = this.#deadline
    this.#isReceiving = true
    this.#timer = setTimeout(() => this.#interrupt(), timeout * 1000).unref()
    const hash = hashing.start()
    try {
      // Aborts even while the client stalls: the upload must end before its reservation does.
      const incoming = createIncomingBytes(abortable(source, signal), hash, maxBytes)
      const held: Buffer[] = []
      for await (const chunk of incoming.chunks) {
        if (this.#isStored) continue
        held.push(chunk)
        if (hash.fileSize > BUFFERED_BYTES) await this.#store(held, incoming)
      }
      if (hash.fileSize === 0) throw new AppError('EMPTY_FILE')
      if (this.#object === undefined && !this.#isStored) this.#body = Buffer.concat(held)
      const content = await hash.digest()
      signal.throwIfAborted()
      return { content, head: incoming.head() }
    } finally {
      hash.discard()
      this.#isReceiving = false
      // If the upload was disposed of in the meantime, nothing else removes what was written.
      if (signal.aborted) await this.#abandon()
    }
  }

  /** Streams the held bytes and the rest to the storage, under a key that is reserved first. */
  async #store(held: Buffer[], incoming: IncomingBytes): Promise<void> {
    const { change, storage, limits, timeout } = this.resources
    const file = newFile(this.tenant)
    // No event is written, but `change` marks the tenant, so that the sweeper learns of the reservation.
    const usage = await change(this.tenant, async (store) => {
      const [usage] = await Promise.all([
        store.usage.read(limits),
        store.pendingObjects.reserve(file.key, timeout)
      ])
      return usage
    })
    this.#object = file
    // The committing statement enforces the limits again, strictly.
    const most = this.#replaced === undefined ? usage.limits : NO_LIMITS
    if (most.documents !== null && usage.documents >= most.documents) throw new AppError('QUOTA_EXCEEDED')
    incoming.limitTo(most.bytes === null ? null : most.bytes - usage.bytes)
    const bytes = concatenated(held, incoming.chunks)
    await storage.of(this.tenant).putStream(file.key, bytes, this.#deadline.signal)
  }

  /**
   * Turns the received bytes into a document. For a repeated key, the same upload by the same user gets the first
   * answer.
   * @throws {AppError} UPLOAD_INTERRUPTED, STORAGE_UNAVAILABLE, QUOTA_EXCEEDED, EXTERNAL_ID_TAKEN,
   * IDEMPOTENCY_MISMATCH, and what `askAgain` throws
   */
  async commit(description: UploadDescription): Promise<Uploaded> {
    const { earlier, key } = this.claim
    if (earlier !== undefined) {
      if (this.#fingerprint(description) !== earlier.fingerprint) throw new AppError('IDEMPOTENCY_MISMATCH')
      await this.request.askAgain()
      return { document: earlier.answer, replayed: true }
    }
    const document = await this.#commitNew(description, key?.answeredFor(this.#fingerprint(description)))
    this.#isCommitted = true
    return { document, replayed: false }
  }

  /**
   * Stores the received bytes in place of those of `file`, which has the same content, if these are lost or damaged.
   * @throws {AppError} STORAGE_UNAVAILABLE, UPLOAD_INTERRUPTED
   */
  async repair(file: File): Promise<void> {
    if (!isBroken(file)) return
    if (this.#body !== undefined && this.#object === undefined) {
      const { key } = (this.#object = newFile(this.tenant, file.md5_hash))
      const { change, storage, timeout } = this.resources
      await change(this.tenant, (store) => store.pendingObjects.reserve(key, timeout))
      await storage.of(this.tenant).put(key, this.#body, this.#deadline.signal)
    }
    const written = this.#object
    this.#object = undefined
    if (written !== undefined) await settleDuplicate(this.resources, this.tenant, written.key, file)
  }

  /** Throws if the sender may no longer upload. */
  askAgain(): Promise<void> {
    return this.request.askAgain()
  }

  /** Tells apart requests that have the same key but ask for different documents. */
  #fingerprint({ content, filename, mimeType, charset, ownData }: UploadDescription): string {
    const { md5Hash, sha256, fileSize } = content
    const { onBehalfOf } = this.request
    const declared = charset === null ? [] : [charset]
    const forWhom = onBehalfOf === null ? [] : [{ onBehalfOf }]
    const asked: unknown[] = [filename, mimeType, md5Hash, sha256, fileSize, ...declared, ...forWhom]
    if (!isDeepStrictEqual(ownData, NO_OWN_DATA)) asked.push({ ownData: inOrder(ownData) })
    return createHash('sha256').update(JSON.stringify(asked)).digest('hex')
  }

  async #commitNew(
    { content, ...named }: UploadDescription,
    key: HeldKey | undefined
  ): Promise<UploadAnswer> {
    const { storage, statements } = this.resources
    const { userId, ip, onBehalfOf, askAgain } = this.request
    const document = { ...named, userId, ip, onBehalfOf, id: randomUUID() }

    if (this.#body !== undefined) {
      const file = newFile(this.tenant, content.md5Hash)
      await askAgain()
      // In one round trip, either the existing file gets another document, or a key is reserved.
      const attached = await this.#refusing(document, () =>
        statements.attachOrReserve(this.tenant, { document, content, file }, key)
      )
      if (attached.outcome === 'attached') return attached.document
      this.#object = file
      await storage.of(this.tenant).put(file.key, this.#body, this.#deadline.signal)
    }
    if (this.#object === undefined) throw new Error('Nothing was received')
    const upload = { document, content, file: this.#object }
    await askAgain()
    const committed = await this.#refusing(document, () => statements.commit(this.tenant, upload, key))
    if (committed.outcome === 'lost') throw new AppError('UPLOAD_INTERRUPTED')
    this.#object = undefined
    const { deduplicated, file } = committed.document
    if (deduplicated) await settleDuplicate(this.resources, this.tenant, upload.file.key, file)
    return committed.document
  }

  #refusing<T>({ ownData }: NewDocument, work: () => Promise<T>): Promise<T> {
    return refusingOwnData(this.resources.router, this.tenant, ownData.external_id, work)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer)
    if (!this.#isCommitted) this.#interrupt()
    try {
      // Does not wait for a hanging storage: `receive` removes the object once its write has ended.
      if (!this.#isReceiving) await this.#abandon()
      await this.claim.key?.end(this.#isCommitted)
    } finally {
      this.place.leave()
    }
  }

  async #abandon(): Promise<void> {
    const object = this.#object
    this.#object = undefined
    if (object === undefined) return
    const written = this.#body === undefined ? 'in parts' : 'whole'
    await this.resources.removal.abandon(this.tenant, object.key, written)
  }

  #interrupt(): void {
    this.#deadline.abort(new AppError('UPLOAD_INTERRUPTED'))
  }
}

/** Own data in a form that does not depend on the order in which its metadata was sent. */
const inOrder = ({ metadata, ...others }: OwnData) => ({
  ...others,
  metadata: Object.entries(metadata).sort(([one], [other]) => (one < other ? -1 : 1))
})
