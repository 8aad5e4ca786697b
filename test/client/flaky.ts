/** Failing connections, as a client's `fetch`. */
import type { Transport } from '../../client/index.js'

/** Records the requests. */
export function recorded(fetch: Transport = (request) => globalThis.fetch(request)) {
  const requests: Request[] = []
  const transport: Transport = (request) => {
    requests.push(request)
    return fetch(request)
  }
  return { requests, transport }
}

/** Sends every request, but loses the first `count` answers. */
export function losingAnswers(count: number): Transport {
  let lost = 0
  return async (request) => {
    const response = await fetch(request)
    if (lost++ >= count) return response
    await response.body?.cancel()
    throw new TypeError('the connection broke')
  }
}

/** Breaks the bodies of the first `times` content downloads, each after `after` bytes. */
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
