import { NotFoundError, StrongroomError, type Strongroom } from '../../client/index.js'
import type { LocalFile } from './files.js'
import type { Progress } from './progress.js'
import type { UploadStates } from './states.js'

/** What all uploads of a command share. */
export interface Sending {
  strongroom: Strongroom
  url: string
  tenantId: string
  states: UploadStates
  /** Deletes an unfinished upload and starts again at the first byte. */
  restart: boolean
  signal: AbortSignal
  progress: Progress
}

/** Error codes that mean that the server no longer has the upload. */
const FORGOTTEN = new Set(['UPLOAD_NOT_FOUND', 'UPLOAD_GONE', 'IDEMPOTENCY_MISMATCH'])

/**
 * Uploads a file, or resumes its unfinished upload. The state is written before the upload is created, and removed once
 * the document exists: if the process is killed at any time, the next one finds the upload.
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

  /** Deletes the unfinished upload first, since it would count against the quota until it expires. */
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
