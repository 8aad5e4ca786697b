import { NotFoundError, StrongroomError, type Strongroom } from '../../client/index.js'
import type { LocalFile } from './files.js'
import type { Progress } from './progress.js'
import type { UploadStates } from './states.js'

/** What all files of a command share. */
export interface Sending {
  strongroom: Strongroom
  url: string
  tenantId: string
  states: UploadStates
  /** Forgets what was begun. */
  restart: boolean
  signal: AbortSignal
  progress: Progress
}

/** The server does not know the upload any more. */
const FORGOTTEN = new Set(['UPLOAD_NOT_FOUND', 'UPLOAD_GONE', 'IDEMPOTENCY_MISMATCH'])

/**
 * Uploads a file, and goes on where it was before. The state is written before the upload is created, and removed once
 * there is a document, so that a process killed at any time leaves an upload that the next one finds.
 * @returns the id of the document
 * @throws {LockedError} if another process uploads the file to the same tenant
 */
export async function sendFile(sending: Sending, file: LocalFile): Promise<string> {
  const { strongroom, url, tenantId, states, restart, signal, progress } = sending
  signal.throwIfAborted()
  const kept = await states.open(url, tenantId, file)

  async function send({ idempotencyKey, uploadId } = kept.state): Promise<string> {
    const { document_id } = await strongroom.uploads.upload(tenantId, file.absolute, {
      filename: file.name,
      idempotencyKey,
      ...(uploadId !== undefined && { uploadId }),
      onUploadId: (id) => void kept.write({ idempotencyKey, uploadId: id }),
      onProgress: (sent) => progress.update(file, sent),
      signal
    })
    kept.remove()
    return document_id
  }

  /** What was begun would hold room until it expires. */
  async function startAgain() {
    const { uploadId } = kept.state
    if (uploadId !== undefined)
      await strongroom.uploads.delete(tenantId, uploadId).catch((error: unknown) => {
        if (!(error instanceof NotFoundError)) throw error
      })
    return kept.create()
  }

  try {
    return await send(restart ? await startAgain() : kept.state)
  } catch (error) {
    if (!(error instanceof StrongroomError)) throw error
    if (error.status === 200) kept.remove()
    if (!FORGOTTEN.has(error.code)) throw error
    return await send(kept.create())
  } finally {
    kept.close()
  }
}
