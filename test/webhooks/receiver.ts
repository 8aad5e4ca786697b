import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'
import { Webhook } from 'standardwebhooks'

/** A message that a receiver got. */
export interface Received {
  headers: Record<string, string>
  body: string
  event: { type: string; event_id: string; event_type: string; position: number | null; data: object }
  at: number
}

export interface Receiver {
  url: string
  /** All messages, in order of arrival. */
  messages: Received[]
  /** How it answers; by default with 200. */
  answer: (response: ServerResponse, message: Received, request: IncomingMessage) => void
  /** Throws unless the message is signed with this secret. */
  verify: (message: Received, secret: string) => unknown
}

/** A receiver of webhooks on a free port of this machine, closed when the test ends. */
export async function startReceiver(t: Test): Promise<Receiver> {
  const messages: Received[] = []
  const receiver: Receiver = {
    url: '',
    messages,
    answer: (response) => response.end('ok'),
    verify: (message, secret) => new Webhook(secret).verify(message.body, message.headers)
  }
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const headers = request.headers as Record<string, string>
      const message = { headers, body, event: JSON.parse(body) as Received['event'], at: Date.now() }
      messages.push(message)
      receiver.answer(response, message, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  receiver.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  return receiver
}
