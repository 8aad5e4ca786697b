import type { Readable } from 'node:stream'
import { within } from '../../../core/concurrency/timeout.js'
import { AppError } from '../../../core/errors.js'

/** Milliseconds for which the storage may send nothing while a reader waits. */
export const SILENCE_MS = 60_000

/**
 * The bytes of an object, for readers that no client waits for: only the storage can end such a read, and a connection
 * that stays open without sending anything would hold it forever. The stream is destroyed on every exit.
 * @throws {AppError} STORAGE_UNAVAILABLE after `SILENCE_MS` without a byte; the signal's reason
 */
export async function* objectBytes(stream: Readable, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  const chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  const onAbort = () => void stream.destroy(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    for (;;) {
      signal.throwIfAborted()
      const step = await within(SILENCE_MS, chunks.next(), fellSilent)
      if (step.done === true) return
      yield step.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    stream.destroy()
  }
}

const fellSilent = () =>
  new AppError('STORAGE_UNAVAILABLE', {
    cause: new Error(`The storage sent nothing for ${SILENCE_MS / 1000} s`)
  })
