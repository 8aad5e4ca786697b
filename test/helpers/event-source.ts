import { createParser, type EventSourceMessage } from 'eventsource-parser'

/** A client of event streams, which keeps what it has received over one stream or several in turn. */
export class EventSourceClient {
  /** All events but those named `cursor`. */
  readonly received: EventSourceMessage[] = []
  /** The last `id` received. */
  lastEventId: string | undefined
  /** Rejects if the connection was cut off. */
  ended: Promise<void> = Promise.resolve()
  readonly #stop = new AbortController()

  /** @param reconnects when its stream ends: a busy machine may fail to confirm its access in time */
  constructor(
    readonly url: string,
    readonly token: string,
    readonly reconnects = false
  ) {}

  get ids(): string[] {
    return this.received.map(({ data }) => (JSON.parse(data) as { event_id: string }).event_id)
  }

  /** Connects after the last event, as browsers do. Resolves when the answer begins. */
  async connect(query = '', url = this.url): Promise<Response> {
    const headers = {
      accept: 'text/event-stream',
      authorization: `Bearer ${this.token}`,
      ...(this.lastEventId !== undefined && { 'last-event-id': this.lastEventId })
    }
    const response = await fetch(url + query, { headers, signal: this.#stop.signal })
    if (response.status !== 200) return response
    this.ended = this.#read(response)
    const again = () => (this.reconnects && !this.#stop.signal.aborted ? this.connect(query, url) : undefined)
    this.ended
      .catch(() => undefined)
      .then(again)
      .catch(() => undefined)
    return response
  }

  /** Closes the connection. */
  close(): void {
    this.#stop.abort()
  }

  async #read({ body }: Response): Promise<void> {
    const parser = createParser({
      onEvent: (event) => {
        this.lastEventId = event.id
        if (event.event !== 'cursor') this.received.push(event)
      }
    })
    const decoder = new TextDecoder()
    for await (const bytes of body as ReadableStream<Uint8Array>)
      parser.feed(decoder.decode(bytes, { stream: true }))
  }
}
