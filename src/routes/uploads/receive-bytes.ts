import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../../core/errors.js'
import { bodyBytes } from '../../http/body-bytes.js'
import { withDeclaredDigests } from '../../http/digests.js'
import { settingsOf } from '../../http/settings.js'
import { contentLength, TUS_BYTES, uploadChecksum } from '../../http/tus/headers.js'
import { parseMediaType } from '../../http/header-parameters.js'
import type { ResumableUploads, Written } from '../../services/resumable/resumable-uploads.js'
import { whenClosed } from '../../http/when-closed.js'

type Session = Awaited<ReturnType<ResumableUploads['find']>>

/** The bytes of a request and where they belong. */
interface Piece {
  uploadId: string
  offset: number
  /** The length of the whole content, if this request declares it. */
  length: number | undefined
}

/** Whether a request has the Content-Type of bytes. */
export const isBytes = ({ headers }: FastifyRequest): boolean =>
  parseMediaType(headers['content-type'])?.value === TUS_BYTES

/**
 * Receives the bytes of a request into an upload. A client that stalls, or has sent for as long as an upload may take,
 * is cut off without an answer once its bytes are saved: clients continue after a lost connection, but give up after a
 * 408.
 */
export async function receiveBytes(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  { uploadId, offset, length }: Piece
): Promise<Written> {
  const { raw, headers, tenant } = request
  const { resumableUploads } = app.services
  const body = bodyBytes(raw)
  const source = withDeclaredDigests(body, headers, raw.trailers)
  const askAgain = () => request.askAgain()
  let session: Session
  const cut = setTimeout(() => raw.socket.destroy(), settingsOf(app).upload.timeout * 1000)
  try {
    await using writer = await resumableUploads.begin(tenant, uploadId, {
      userId: request.identity.userId,
      askAgain,
      offset,
      length,
      size: contentLength(headers),
      checksum: uploadChecksum(headers),
      withheld: source !== body,
      gone: whenClosed(request)
    })
    await app.expectProgress(request, reply, () => writer.receive(source), writer.place)
    session = writer.session
  } catch (error) {
    // When cut off, clients continue with another process at once; an answer would only delay them.
    if (error instanceof AppError && DROPPED.has(error.code) && !raw.complete) raw.socket.destroy()
    throw error
  } finally {
    clearTimeout(cut)
  }
  return resumableUploads.finish(tenant, session, { askAgain })
}

const DROPPED: ReadonlySet<string> = new Set(['SHUTTING_DOWN', 'UPLOAD_INTERRUPTED'])
