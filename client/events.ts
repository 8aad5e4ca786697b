import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { dataOf, type ApiClient } from './api.js'
import { toError } from './errors.js'
import { backoff, sleep, type RetryPolicy } from './retry.js'
import type { components } from './schema.js'
import type { Send } from './send.js'

type LoggedEvent = components['schemas']['LoggedEvent']

export interface EventOptions {
  /** The `cursor` of the last event that you have handled, or `latest`. By default, starts at the oldest event kept. */
  after?: string
  /** Only events of these types, such as `document.uploaded`. */
  types?: string[]
  /** Ends the iteration with its reason. */
  signal?: AbortSignal
}

/** Milliseconds without a byte after which a connection counts as lost; the server sends a heartbeat every 15 s. */
const SILENCE_MS = 60_000

/** The events of tenants. */
export function createEvents(api: ApiClient, baseUrl: string, send: Send, { maxRetryDelay }: RetryPolicy) {
  return {
    /** The events that are kept, in order; ends after the newest one. */
    async *list(tenantId: string, options: EventOptions = {}): AsyncGenerator<LoggedEvent, void, undefined> {
      const { types, signal } = options
      for (let { after } = options, more = true; more;) {
        const query = {
          limit: 500,
          ...(after !== undefined && { after }),
          ...(types && { types: types.join() })
        }
        const page = await dataOf(
          api.GET('/api/tenants/{tenant_id}/events', {
            params: { path: { tenant_id: tenantId }, query },
            ...(signal && { signal })
          })
        )
        yield* page.items
        after = page.next_cursor
        more = page.has_more
      }
    },

    /**
     * The events that are kept, and then each one as it happens. Reconnects whenever the connection breaks or ends, and
     * continues where it was: no event is missed or repeated. It ends only with an error, or with your `signal`.
     * @throws {StrongroomError} if the server refuses; with the code `CURSOR_EXPIRED`, it has an `oldestCursor`
     */
    async *follow(
      tenantId: string,
      options: EventOptions = {}
    ): AsyncGenerator<LoggedEvent, void, undefined> {
      const { types, signal } = options
      const url = new URL(`${baseUrl}/api/tenants/${encodeURIComponent(tenantId)}/events/stream`)
      if (types !== undefined) url.searchParams.set('types', types.join())
      const stopped = signal ?? new AbortController().signal
      let { after } = options
      for (let failures = 0; ; failures++) {
        if (after !== undefined) url.searchParams.set('after', after)
        const connection = new AbortController()
        const ends = signal ? AbortSignal.any([signal, connection.signal]) : connection.signal
        let pause = backoff(failures, maxRetryDelay)
        try {
          const request = () => new Request(url, { headers: { accept: 'text/event-stream' }, signal: ends })
          const response = await send(request)
          if (response.status >= 500 || response.status === 429) {
            await response.body?.cancel()
          } else if (!response.ok) {
            throw toError(response, await response.json().catch(() => undefined))
          } else {
            const onRetry = (milliseconds: number) => (pause = Math.min(milliseconds, maxRetryDelay))
            for await (const { id, event, data } of messagesOf(response, connection, onRetry)) {
              failures = 0
              if (event !== 'cursor') yield JSON.parse(data) as LoggedEvent
              after = id
            }
          }
        } catch (error) {
          signal?.throwIfAborted()
          // Reconnects if the connection failed or was silent. Any other error is the server's answer, or the caller's
          // own.
          if (!(error instanceof TypeError) && !connection.signal.aborted) throw error
        } finally {
          connection.abort()
        }
        await sleep(pause, stopped)
      }
    }
  }
}

/** The messages of a stream. @param connection is aborted when the server has been silent for too long */
async function* messagesOf(
  { body }: Response,
  connection: AbortController,
  onRetry: (milliseconds: number) => void
): AsyncGenerator<EventSourceMessage, void, undefined> {
  const messages: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (message) => void messages.push(message), onRetry })
  const decoder = new TextDecoder()
  const reader = (body as ReadableStream<Uint8Array>).getReader()
  for (;;) {
    // The timer runs only while we wait: the caller may take its time with each event.
    const silence = setTimeout(() => connection.abort(), SILENCE_MS)
    const read = await reader.read().finally(() => clearTimeout(silence))
    if (read.done) return
    parser.feed(decoder.decode(read.value, { stream: true }))
    yield* messages.splice(0)
  }
}
