import { toError } from './errors.js'
import { backoff, sleep, type RetryPolicy } from './retry.js'
import type { Send } from './send.js'

/** The content of a document. */
export interface Download {
  /** Bytes. */
  size: number
  mimeType: string
  /** The ETag of the content. */
  etag: string
  /** Read it to its end or cancel it: it holds a connection. */
  stream: ReadableStream<Uint8Array>
}

/**
 * Starts a download through the API. When the connection breaks, the stream resumes where it was. It fails after
 * `retries` attempts in a row without a byte, or when the content has changed.
 * @param url of the content
 * @throws {StrongroomError} when the server refuses it
 */
export async function download(
  send: Send,
  url: string,
  { retries, maxRetryDelay }: RetryPolicy,
  signal?: AbortSignal
): Promise<Download> {
  const stopped = new AbortController()
  const ends = signal ? AbortSignal.any([signal, stopped.signal]) : stopped.signal
  // The first request asks for a range as well: proxies do not compress partial content. In compressed content, the
  // positions would be different.
  const get = async (position: number, precondition: Record<string, string>) => {
    const headers = { range: `bytes=${position}-`, ...precondition }
    const response = await send(() => new Request(url, { headers, signal: ends }))
    if (!response.ok) throw toError(response, await response.json().catch(() => undefined))
    const size = sizeOf(response, position)
    if (size !== undefined) return { response, size }
    await response.body?.cancel()
    throw new Error('The server did not send the requested range: the content changed, or a proxy removed it')
  }

  const { response: first, size } = await get(0, {})
  const etag = first.headers.get('etag') ?? ''

  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    let received = 0
    let failures = 0
    for (let response = first; ;) {
      let failure: Error | undefined
      try {
        const reader = (response.body as ReadableStream<Uint8Array>).getReader()
        for (let read = await reader.read(); !read.done; read = await reader.read()) {
          received += read.value.length
          if (read.value.length > 0) failures = 0
          yield read.value
        }
      } catch (error) {
        failure = error as Error
      }
      if (received === size) return
      if (ends.aborted || failures >= retries)
        throw failure ?? new Error(`The content ended after ${received} of ${size} bytes`)
      await sleep(backoff(failures++, maxRetryDelay), ends)
      response = (await get(received, { 'if-range': etag })).response
    }
  }

  return {
    size,
    mimeType: first.headers.get('content-type') ?? 'application/octet-stream',
    etag,
    stream: toStream(chunks(), () => stopped.abort())
  }
}

/** The size of the whole content; undefined unless the answer is the rest of it from this position (RFC 9110 §14.4). */
function sizeOf({ status, headers }: Response, position: number): number | undefined {
  const [, start, size] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? []
  return status === 206 && Number(start) === position ? Number(size) : undefined
}

/** `ReadableStream.from`, which some browsers lack. @param stop is called when the reader cancels */
function toStream(chunks: AsyncGenerator<Uint8Array, void>, stop: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    cancel: stop
  })
}
