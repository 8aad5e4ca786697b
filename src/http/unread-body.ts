import { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

/** Milliseconds for a client to finish sending what is no longer read, and to read the answer. */
export const LINGER_MS = 5_000
/** Up to this many bytes, reading the rest of a body is worth it to keep the connection. */
const WORTH_KEEPING = 32 * 1024 * 1024

/**
 * Handles responses that precede the end of the body, such as refusals by the headers alone. They are sent at once, and
 * the rest of the body is read and discarded for a while: many clients look at the response only after they have sent
 * everything, and closing a connection with unread bytes resets it, which may lose the response (RFC 9112 §9.6). A
 * large body, or one of unknown length, ends the connection.
 */
export default fp(
  async (app) => {
    app.addHook('onSend', (request, reply, payload, done) => {
      const { raw } = request
      if (raw.complete || raw.destroyed || !hasBody(request)) {
        done(null, payload)
        return
      }
      if (!(Number(request.headers['content-length']) <= WORTH_KEEPING))
        void reply.header('connection', 'close')
      reply.raw.once('finish', () => {
        raw.unpipe()
        raw.resume()
        setTimeout(() => raw.complete || raw.destroy(), LINGER_MS).unref()
      })
      closeAfterBody(request)
      done(null, payload)
    })
  },
  { name: 'unread-body' }
)

/** Whether a request has a body, of whatever length. */
export const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined

/**
 * Where Node would close both directions after the response, closes only ours, and leaves the client's open until the
 * end of the body.
 */
function closeAfterBody({ raw }: FastifyRequest): void {
  const { socket } = raw
  const close = () => Socket.prototype.destroySoon.call(socket)
  socket.destroySoon = () => {
    if (raw.complete || raw.destroyed) {
      close()
      return
    }
    socket.end()
    raw.once('end', close)
  }
}
