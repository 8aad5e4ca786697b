/**
 * Writes objects in pieces, by several requests and processes, over hours. The driver keeps only bytes; the caller
 * keeps track of how much of an object is written, and who may write.
 *
 * A writer that was replaced may still write to a file that it has open, at any later time. So positions alone decide
 * where bytes go, nothing is truncated before it is published, and `publish` makes a copy if a writer may still have
 * the file open (`clean` is false). `delete(key)` of the object removes its pieces, too.
 */
export type ObjectPieces = FilePieces | PartPieces

/** A file that takes bytes at any position. */
export interface FilePieces {
  readonly kind: 'file'
  /**
   * Opens the file of an object's pieces. The caller must close it.
   * @param create makes the file if there is none
   * @returns null if there is none
   */
  open: (key: string, create: boolean) => Promise<PieceFile | null>
  /**
   * Makes the object from the first `length` bytes. Repeatable, even after an attempt that succeeded without its caller
   * knowing.
   * @param clean no writer has the file open
   * @throws {AppError} UPLOAD_INTERRUPTED if there are fewer bytes; STORAGE_UNAVAILABLE
   */
  publish: (key: string, length: number, clean: boolean) => Promise<void>
  /** Removes the pieces, but never the object. */
  discard: (key: string) => Promise<void>
}

export interface PieceFile {
  /** Writes all of the bytes at a position, and nothing elsewhere. */
  write(bytes: Buffer, position: number): Promise<void>
  /**
   * When this resolves, what was written before the call survives a crash of the machine. More may be written
   * meanwhile.
   */
  sync(): Promise<void>
  close(): Promise<void>
}

/** A part that is in the storage. */
export interface StoredPart {
  number: number
  /** Bytes. */
  size: number
}

/** A multipart upload of parts of one size; only the last may be smaller. */
export interface PartPieces {
  readonly kind: 'parts'
  /** Begins a multipart upload. @returns its id */
  begin: (key: string) => Promise<string>
  /**
   * Stores a part under its number, from 1 on; replaces a part of that number.
   * @throws {AppError} UPLOAD_INTERRUPTED if there is no such multipart upload; STORAGE_UNAVAILABLE
   */
  put: (key: string, id: string, number: number, body: Buffer) => Promise<void>
  /**
   * A URL that lets anyone who has it store a part of exactly `size` bytes, with PUT, until it expires.
   * @param expiresIn seconds, 1 to 3600
   */
  signPut: (key: string, id: string, part: StoredPart, expiresIn: number) => Promise<string>
  /**
   * The parts that have arrived, by their numbers; null if there is no such multipart upload.
   * @param range lists only these numbers; by default, all
   */
  list: (
    key: string,
    id: string,
    range?: { from: number; count: number }
  ) => Promise<Map<number, StoredPart> | null>
  /**
   * Makes the object from the first `length` bytes, whatever other parts and multipart uploads there are. Repeatable,
   * even after an attempt that succeeded without its caller knowing.
   * @throws {AppError} UPLOAD_INTERRUPTED if a part is missing or has another size; STORAGE_UNAVAILABLE
   */
  complete: (key: string, id: string, length: number, partSize: number) => Promise<void>
  /** Aborts a multipart upload, if it exists. */
  abort: (key: string, id: string) => Promise<void>
}

/** The same pieces, but only for keys that `assertOwn` accepts. */
export function confinePieces(pieces: ObjectPieces, assertOwn: (key: string) => void): ObjectPieces {
  const own = <Args extends unknown[], Result>(
    work: (key: string, ...rest: Args) => Promise<Result>
  ): ((key: string, ...rest: Args) => Promise<Result>) =>
    async function ofOwn(key, ...rest) {
      assertOwn(key)
      return work(key, ...rest)
    }
  if (pieces.kind === 'file') {
    const { open, publish, discard } = pieces
    return { kind: 'file', open: own(open), publish: own(publish), discard: own(discard) }
  }
  const { begin, put, signPut, list, complete, abort } = pieces
  return {
    ...{ kind: 'parts', begin: own(begin), put: own(put), signPut: own(signPut), list: own(list) },
    ...{ complete: own(complete), abort: own(abort) }
  }
}
