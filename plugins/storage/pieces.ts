/**
 * How objects are written in pieces, by several requests and processes, over hours. The driver keeps bytes only; how far
 * an object has come, and who may write, is the caller's bookkeeping.
 *
 * A writer that was replaced may still write to what it has open, at any later moment. So positions alone decide where
 * bytes go, nothing is ever cut short before the end, and a publication that must not trust what may still be open
 * (`clean` is false) makes a copy of it. `delete(key)` of the object removes its pieces, too.
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
   * Makes the object of the first `length` bytes. Repeatable: also after it has succeeded without its caller knowing.
   * @param clean nobody has the file open
   * @throws {AppError} UPLOAD_INTERRUPTED if there are not so many bytes; STORAGE_UNAVAILABLE
   */
  publish: (key: string, length: number, clean: boolean) => Promise<void>
  /** Removes the pieces, never the object. */
  discard: (key: string) => Promise<void>
}

export interface PieceFile {
  /** Writes all of the bytes at a position, and nothing elsewhere. */
  write(bytes: Buffer, position: number): Promise<void>
  /** When this resolves, what was written before survives a crash of the machine. More may be written meanwhile. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** A part that the storage has. */
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
   * Stores a part under its number, from 1 on; a part of that number is replaced.
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
   * @param range only these; not given: all
   */
  list: (
    key: string,
    id: string,
    range?: { from: number; count: number }
  ) => Promise<Map<number, StoredPart> | null>
  /**
   * Makes the object of the first `length` bytes, whatever other parts and multipart uploads there are. Repeatable: also
   * after it has succeeded without its caller knowing.
   * @throws {AppError} UPLOAD_INTERRUPTED if a part is missing or has another size; STORAGE_UNAVAILABLE
   */
  complete: (key: string, id: string, length: number, partSize: number) => Promise<void>
  /** Gives up a multipart upload, if there is such a one. */
  abort: (key: string, id: string) => Promise<void>
}

/** The same pieces, but only of the keys that `assertOwn` lets pass. */
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
