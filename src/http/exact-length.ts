import { Transform } from 'node:stream'
import { AppError } from '../../core/errors.js'

/**
 * Lets so many bytes pass and fails when there are more or fewer, which ends the connection. What is behind the length
 * that the headers promised would be read as the next answer, by a proxy perhaps that has other clients too.
 */
export function exactly(bytes: number): Transform {
  let left = bytes
  // What was uploaded is not there. The client hears of it where no byte was sent yet.
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
