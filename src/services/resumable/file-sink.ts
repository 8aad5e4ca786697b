import type { FilePieces } from '../../../plugins/storage/pieces.js'
import { AppError } from '../../../core/errors.js'
import { acknowledged, type Sink, type SinkContext } from './sink.js'

/** Bytes go to their position in one file. */
export async function openFileSink(pieces: FilePieces, context: SinkContext): Promise<Sink> {
  const { session, withStore, lifetime } = context
  const file = await pieces.open(session.s3_path, session.upload_offset === 0)
  if (file === null) throw new AppError('UPLOAD_GONE')
  let position = session.upload_offset
  let saved = position

  return {
    async write(chunk) {
      await file.write(chunk, position)
      position += chunk.length
    },
    async save() {
      if (position === saved) return
      await file.sync()
      const offset = position
      acknowledged(
        await withStore((store) => store.uploadSessions.save(session, offset, lifetime)),
        offset,
        context
      )
      saved = offset
    },
    close: () => file.close()
  }
}
