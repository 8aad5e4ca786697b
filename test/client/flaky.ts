/** Ways in which a connection fails, for the `fetch` of a client. */
import type { Transport } from '../../client/index.js'

/** Notes what is sent. */
export function recorded(fetch: Transport = (request) => globalThis.fetch(request)) {
  const requests: Request[] = []
  const transport: Transport = (request) => {
    requests.push(request)
    return fetch(request)
  }
  return { requests, transport }
}

/** Reaches the server, but loses its first answers. */
export function losingAnswers(count: number): Transport {
  let lost = 0
  return async (request) => {
    const response = await fetch(request)
    if (lost++ >= count) return response
    await response.body?.cancel()
    throw new TypeError('the connection broke')
  }
}

/** Breaks the body of each answer after so many bytes, except of the last ones. */
export function breakingBodies(times: number, after: number): Transport {
  let broken = 0
  return async (request) => {
    const response = await fetch(request)
    if (response.body === null || !request.url.endsWith('/content') || broken++ >= times) return response
    let left = after
    const body = (response.body as ReadableStream<Uint8Array>).pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          controller.enqueue(chunk.subarray(0, left))
          left -= chunk.length
          if (left <= 0) controller.error(new TypeError('the connection broke'))
        }
      })
    )
    return new Response(body, response)
  }
}
