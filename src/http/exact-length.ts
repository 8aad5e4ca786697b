import { Transform } from 'node:stream'
import { AppError } from '../../core/errors.js'

/**
 * Passes exactly this many bytes, and fails on more or fewer, which ends the connection. Bytes beyond the promised
 * length would be read as the next response, perhaps by a proxy that serves other clients too.
 */
export function exactly(bytes: number): Transform {
  let left = bytes
  // The storage does not hold what was uploaded. The client gets this error if no byte was sent yet.
  const mismatch = () =>
    new AppError('FILE_NOT_FOUND', {
      cause: new Error(`The content does not have the ${bytes} bytes that its row records`)
    })
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length
      if (left < 0) done(mismatch())
      else done(null, chunk)
    },
    flush: (done) => done(left > 0 ? mismatch() : null)
  })
}
