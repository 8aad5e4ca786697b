import type { IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../core/errors.js'

/**
 * The bytes of a request's body, each chunk read on demand. The request stays open if the reader stops early, so that
 * it can still be answered. Of a client on a slow network, each chunk is what has gathered for a moment.
 * @throws {AppError} UPLOAD_ABORTED if the connection closes before the end of the body
 */
export async function* bodyBytes(request: IncomingMessage): AsyncGenerator<Buffer, void> {
  const { socket } = request
  const pace = new Pace(Number(request.headers['content-length'] ?? Infinity))
  try {
    let since = performance.now()
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      pace.arrived(chunk.length, performance.now() - since)
      yield chunk
      since = performance.now()
      const pause = pace.pause(chunk.length)
      if (pause === 0) continue
      socket.pause()
      try {
        await delay(pause)
      } finally {
        socket.resume()
      }
    }
  } catch (error) {
    throw new AppError('UPLOAD_ABORTED', { cause: error })
  }
}

/** Bytes that are worth waiting for: less than what the kernel holds of any connection. */
const GATHERED = 32 * 1024
/** Milliseconds of waiting for a client after which its rate is known, and in which the earlier ones fade. */
const KNOWN_MS = 500
const FADING_MS = 2_000
/** Milliseconds of a pause, at least and at most. */
const PAUSE_MS = { least: 10, most: 500 }

/**
 * How long to leave a client's bytes to the kernel. They come packet by packet, and each that is read by itself costs
 * the process as much as a hundred times as many bytes at once.
 */
class Pace {
  #bytes = 0
  /** Milliseconds that the client took for these bytes; what the reader took does not count. */
  #ms = 0

  /** @param left bytes to come; Infinity: not known */
  constructor(private left: number) {}

  arrived(bytes: number, ms: number): void {
    this.left -= bytes
    this.#bytes += bytes
    this.#ms += ms
    if (this.#ms <= FADING_MS) return
    this.#bytes /= 2
    this.#ms /= 2
  }

  /** Milliseconds in which about `GATHERED` bytes or the rest will come, spread; 0: go on. @param last bytes of the last chunk */
  pause(last: number): number {
    if (this.#ms < KNOWN_MS || last >= GATHERED) return 0
    const ms = (Math.min(GATHERED, this.left) / this.#bytes) * this.#ms
    return ms < PAUSE_MS.least ? 0 : Math.min(ms, PAUSE_MS.most) * (1 - Math.random() / 2)
  }
}
