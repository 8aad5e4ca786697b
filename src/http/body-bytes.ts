import type { IncomingMessage } from 'node:http'
import { AppError } from '../../core/errors.js'

/**
 * The bytes of a request's body, each chunk read on demand. The request stays open if the reader stops early, so that
 * it can still be answered.
 * @throws {AppError} UPLOAD_ABORTED if the connection closes before the end of the body
 */
export async function* bodyBytes(request: IncomingMessage): AsyncGenerator<Buffer, void> {
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  } catch (error) {
    throw new AppError('UPLOAD_ABORTED', { cause: error })
  }
}
