import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type ListObjectsV2CommandOutput,
  type S3ClientConfig
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { StorageConfig } from '../../core/config/config.js'
import { AppError } from '../../core/errors.js'
import { contentDisposition, safeDownload } from '../../core/download-headers.js'
import { assertObjectKey } from './object-key.js'
import type { ByteRange, DownloadOptions, ObjectStorage, StoredObject } from './object-storage.js'
import { PartReader } from './part-reader.js'
import type { PartPieces } from './pieces.js'
import { hasCode, onS3 } from './s3-errors.js'
import { createS3Pieces } from './s3-pieces.js'
import {
  abortUploads,
  COMPLETE_TIMEOUT_MS,
  partSizes,
  sendTimeout,
  unfinishedUploads,
  uploadInParts,
  type Target
} from './s3-multipart.js'

export type S3Options = Extract<StorageConfig, { driver: 's3' }> & {
  /** Maximum bytes of a stream whose maximum `putStream` is not told; default: that of S3. */
  maxBytes?: number
  /** Maximum number of objects read at once; others wait. */
  maxReads?: number
}

const CONNECT_TIMEOUT_MS = 3_000
/** Until the response begins. The body may take as long as its reader needs. */
const ANSWER_TIMEOUT_MS = 15_000
/**
 * Maximum connections of each kind. A read holds a connection for as long as its reader takes, so reads have their own
 * connections, and so has the ping. The SDK's own limit of 50 is less than a process needs.
 */
const SOCKETS = { reads: 500, work: 500, ping: 1 }
/** Milliseconds within which S3 must answer a ping. */
const PING_TIMEOUT_MS = 3_000

/**
 * Objects in a bucket of any S3-compatible server. Needs s3:GetObject, PutObject, DeleteObject, ListBucket,
 * AbortMultipartUpload, ListMultipartUploadParts and ListBucketMultipartUploads. Without ListBucket, S3 answers 403 for
 * a missing key.
 */
class S3Storage implements ObjectStorage {
  readonly pieces: PartPieces
  readonly #bucket: string
  readonly #client: S3Client
  readonly #reader: S3Client
  readonly #pinger: S3Client
  readonly #signingClient: S3Client
  readonly #maxBytes: number | undefined

  constructor(options: S3Options) {
    this.#bucket = options.bucket
    this.#maxBytes = options.maxBytes
    const { endpoint } = options
    const silence = COMPLETE_TIMEOUT_MS
    this.#client = createClient(options, { endpoint, sockets: SOCKETS.work, silence })
    const sibling = this.#client
    this.#reader = createClient(options, { endpoint, sockets: options.maxReads ?? SOCKETS.reads, sibling })
    this.#pinger = createClient(options, { endpoint, sockets: SOCKETS.ping, sibling })
    // Never sends anything: links must name the host that clients reach, which this process may be unable to reach.
    this.#signingClient = createClient(options, { endpoint: options.publicEndpoint, sockets: 1, sibling })
    this.pieces = createS3Pieces(
      (key) => this.#target(key),
      async (key) => (await this.stat(key))?.size ?? null,
      this.#signingClient
    )
  }

  async put(key: string, body: Buffer, signal?: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({
      ...this.#object(key),
      Body: body,
      ContentLength: body.length,
      ContentMD5: createHash('md5').update(body).digest('base64')
    })
    signal?.throwIfAborted()
    const requestTimeout = sendTimeout(body.length)
    await onS3(
      () => this.#client.send(command, { ...(signal && { abortSignal: signal }), requestTimeout }),
      signal
    )
  }

  async putStream(
    key: string,
    body: AsyncIterable<Buffer>,
    signal?: AbortSignal,
    atMost = this.#maxBytes
  ): Promise<void> {
    assertObjectKey(key)
    signal?.throwIfAborted()
    const stop = new AbortController()
    const onAbort = () => stop.abort(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    const reader = new PartReader(body, stop.signal)
    const sizeOf = partSizes(atMost)
    try {
      // The system provides memory only once it is written to, so a small stream takes little.
      const first = await reader.fill(Buffer.allocUnsafeSlow(sizeOf(1)))
      if (await reader.more()) await uploadInParts(this.#target(key), reader, first, sizeOf, stop)
      else await this.put(key, first, signal)
    } finally {
      signal?.removeEventListener('abort', onAbort)
      await reader.close()
    }
  }

  async get(key: string, range?: ByteRange): Promise<Readable | null> {
    const bytes = range && { Range: `bytes=${range.start}-${range.end}` }
    const command = new GetObjectCommand({ ...this.#object(key), ...bytes })
    return onS3(async () => {
      try {
        const { Body } = await this.#reader.send(command)
        return Body as Readable
      } catch (error) {
        if (hasCode(error, 'NoSuchKey', 'NotFound')) return null
        if (hasCode(error, 'InvalidRange')) throw new AppError('RANGE_NOT_SATISFIABLE', { cause: error })
        throw error
      }
    })
  }

  async stat(key: string): Promise<{ size: number } | null> {
    const command = new HeadObjectCommand(this.#object(key))
    return onS3(async () => {
      try {
        const { ContentLength = 0 } = await this.#client.send(command)
        return { size: ContentLength }
      } catch (error) {
        if (!hasCode(error, 'NotFound', 'NoSuchKey')) throw error
      }
      // A response to HEAD has no text: a missing bucket looks the same as a missing object.
      await this.ping()
      return null
    })
  }

  async delete(key: string): Promise<void> {
    const command = new DeleteObjectCommand(this.#object(key))
    await onS3(async () => {
      // Uploads first, so that an object completed in between is deleted too.
      await abortUploads(this.#target(key))
      await this.#client.send(command)
    })
  }

  async *list(prefix: string): AsyncGenerator<StoredObject, void> {
    let ContinuationToken: string | undefined
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: prefix,
        ...(ContinuationToken !== undefined && { ContinuationToken })
      })
      const page: ListObjectsV2CommandOutput = await onS3(() => this.#client.send(command))
      for (const { Key, Size = 0 } of page.Contents ?? [])
        if (Key !== undefined) yield { key: Key, size: Size }
      ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined
    } while (ContinuationToken !== undefined)
  }

  async *listUnfinished(prefix: string): AsyncGenerator<string, void> {
    const uploads = unfinishedUploads(this.#client, this.#bucket, prefix)
    for (;;) {
      const step = await onS3(() => uploads.next())
      if (step.done) return
      yield step.value.key
    }
  }

  async signDownload(key: string, options: DownloadOptions): Promise<string> {
    const { contentType, disposition } = safeDownload(options)
    const command = new GetObjectCommand({
      ...this.#object(key),
      ResponseContentType: contentType,
      ResponseContentDisposition: contentDisposition(disposition, options.filename)
    })
    return onS3(() => getSignedUrl(this.#signingClient, command, { expiresIn: options.expiresIn }))
  }

  async ping(): Promise<void> {
    const command = new HeadBucketCommand({ Bucket: this.#bucket })
    // A request that S3 never answers would hold the only connection.
    const abortSignal = AbortSignal.timeout(PING_TIMEOUT_MS)
    await onS3(() => this.#pinger.send(command, { abortSignal }))
  }

  close(): void {
    for (const client of [this.#client, this.#reader, this.#pinger, this.#signingClient]) client.destroy()
  }

  #object(key: string) {
    assertObjectKey(key)
    return { Bucket: this.#bucket, Key: key }
  }

  #target(key: string): Target {
    assertObjectKey(key)
    return { client: this.#client, bucket: this.#bucket, key }
  }
}

/** Object storage on S3. Does not connect yet. */
export function createS3Storage(options: S3Options): ObjectStorage {
  return new S3Storage(options)
}

interface ClientOptions {
  endpoint: string | undefined
  /** Maximum number of connections. */
  sockets: number
  /** Milliseconds for which a connection may be silent, also within the body of a response; default: no limit. */
  silence?: number
  /** A client that shares its credentials, so that those of a role are fetched only once. */
  sibling?: S3Client
}

function createClient(
  options: S3Options,
  { endpoint, sockets, silence = 0, sibling }: ClientOptions
): S3Client {
  const credentials = sibling?.config.credentials ?? options.credentials
  const config: S3ClientConfig = {
    region: options.region,
    forcePathStyle: options.forcePathStyle,
    ...(endpoint !== undefined && { endpoint }),
    // A copy: the SDK writes into what it is given, and the configuration is frozen.
    ...(credentials !== undefined && {
      credentials: typeof credentials === 'function' ? credentials : { ...credentials }
    }),
    // The SDK's own CRC32 is unknown to many S3-compatible servers, and would become a part of signed URLs.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    // Otherwise every request of 2 MiB or more opens its own connection, and waits 6 s if a server does not answer
    // "Expect".
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: ANSWER_TIMEOUT_MS,
      // None for reads: it would also end the download of a slow client. `objectBytes` limits those without a client.
      socketTimeout: silence,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: sockets },
      httpsAgent: { keepAlive: true, maxSockets: sockets }
    }
  }
  return new S3Client(config)
}
