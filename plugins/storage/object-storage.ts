import type { Readable } from 'node:stream'
import type { RequestedDownload } from '../../core/download-headers.js'
import type { ObjectPieces } from './pieces.js'

export interface DownloadOptions extends RequestedDownload {
  /** The document's name, any Unicode text; encoded safely into the header. */
  filename: string
  /** Seconds that the URL works, 1 to 3600. */
  expiresIn: number
}

/** An inclusive range of bytes, as in RFC 9110 §14.1.2 after resolving it against the object's size. */
export interface ByteRange {
  start: number
  end: number
}

export interface StoredObject {
  key: string
  /** Bytes. */
  size: number
}

/**
 * Where the bytes of files live. Both drivers keep the same promises, held by one contract test:
 *
 * - An object is either complete under its key or does not exist, whichever process is killed at whatever time.
 * - When `put` or `putStream` resolves, the object survives a crash of the machine (disk: fsynced).
 * - When they reject, the key may or may not exist: the caller deletes it. On S3, a request whose response was lost may
 *   even take effect after the rejection, so the caller may forget a key only after a delete that comes some minutes
 *   after the rejection.
 * - Memory is bounded, whatever the size of the stream.
 *
 * Failures to reach the storage are `AppError` STORAGE_UNAVAILABLE; an aborted signal rejects with its reason. A write
 * whose key is deleted meanwhile rejects with UPLOAD_INTERRUPTED if the driver notices; callers must rely on their own
 * bookkeeping instead. Keys follow `object-key.ts`; any other is a `TypeError`.
 */
export interface ObjectStorage {
  /** Writes objects in pieces. */
  readonly pieces: ObjectPieces
  /** Stores bytes that are already in memory. */
  put(key: string, body: Buffer, signal?: AbortSignal): Promise<void>
  /**
   * Stores a stream of unknown length. If the stream fails, this rejects with its error and leaves nothing readable. If
   * the write ends early, the stream is told to stop (`return()`), which destroys a `Readable`: pass
   * `readable.iterator({ destroyOnReturn: false })` for one that must outlive the write, such as a request that must
   * still be answered.
   * @param atMost maximum bytes of the stream, for a driver that plans with it; by default, that of an upload
   */
  putStream(key: string, body: AsyncIterable<Buffer>, signal?: AbortSignal, atMost?: number): Promise<void>
  /**
   * The bytes, or a range of them; null if there is no such object. The caller must read or destroy the stream. A range
   * that starts after the end is refused with RANGE_NOT_SATISFIABLE.
   */
  get(key: string, range?: ByteRange): Promise<Readable | null>
  /** Size in bytes, or null if there is no such object. */
  stat(key: string): Promise<{ size: number } | null>
  /** Removes the object and what unfinished uploads of this key left behind. Idempotent. */
  delete(key: string): Promise<void>
  /**
   * Every object whose key starts with `prefix`, which ends with "/", in the byte order of their keys. Memory is
   * bounded, however many there are. (S3's directory buckets list in no order, so they cannot be used.)
   */
  list(prefix: string): AsyncIterable<StoredObject>
  /** The keys of unfinished uploads below `prefix`, in no order, as far as the storage knows. */
  listUnfinished(prefix: string): AsyncIterable<string>
  /** A URL that lets anyone who has it download the object until it expires. */
  signDownload(key: string, options: DownloadOptions): Promise<string>
  /** Rejects unless the storage answers now (disk: and can be written to). */
  ping(): Promise<void>
  close(): void
}
