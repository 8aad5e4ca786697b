import type { FilePieces, PieceFile } from '../../../plugins/storage/pieces.js'
import { AppError } from '../../../core/errors.js'
import { BlockWriter } from './block-writer.js'
import type { HeldSession } from './held-session.js'
import type { Sink } from './sink.js'

/** Bytes received between two saves. */
const SAVE_BYTES = 8 * 1024 * 1024
/** Bytes after which a sync starts in the background, so that a save has little left to wait for. */
const SYNC_BYTES = 2 * 1024 * 1024

/**
 * A sink that writes bytes at their position in one file.
 * @param withheld whether bytes are acknowledged only at the end, since they may turn out to be wrong
 */
export async function openFileSink(
  pieces: FilePieces,
  session: HeldSession,
  withheld: boolean
): Promise<Sink> {
  const file = await pieces.open(session.row.s3_path, session.saved === 0)
  if (file === null) throw new AppError('UPLOAD_GONE')
  return new FileSink(file, session, withheld)
}

class FileSink implements Sink {
  readonly #blocks: BlockWriter
  #position: number
  /** The position when the last sync started. */
  #begun: number
  #syncing: Promise<void> | undefined
  #isClosed = false

  constructor(
    private readonly file: PieceFile,
    private readonly session: HeldSession,
    private readonly withheld: boolean
  ) {
    this.#position = this.#begun = session.saved
    this.#blocks = new BlockWriter(file, session.saved)
  }

  async write(chunk: Buffer): Promise<void> {
    // Saved before these bytes, not after them: the last ones are saved together with the end.
    if (!this.withheld && this.#position - this.session.saved >= SAVE_BYTES) await this.save()
    await this.#blocks.write(chunk)
    this.#position += chunk.length
    if (this.#position - this.#begun >= SYNC_BYTES) await this.#beginSync()
  }

  async save(): Promise<void> {
    if (this.#position === this.session.saved) return
    await this.#sync()
    await this.session.save(this.#position)
  }

  async end(): Promise<void> {
    const isSaved = this.#position === this.session.saved
    if (!isSaved) await this.#sync()
    await this.close()
    if (isSaved) await this.session.release()
    else await this.session.saveLast(this.#position)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#blocks.settled()
    await this.#syncing?.catch(() => undefined)
    await this.file.close()
  }

  async #sync(): Promise<void> {
    await this.#blocks.flush()
    await this.#beginSync()
    await this.#syncing
  }

  /** Syncs the file while more bytes may arrive. @throws for the sync before this one */
  async #beginSync(): Promise<void> {
    // Its failure must not be missed: a later sync of the same file does not report it again.
    await this.#syncing
    this.#begun = this.#position
    this.#syncing = this.file.sync()
    // The next call throws its failure.
    this.#syncing.catch(() => undefined)
  }
}
