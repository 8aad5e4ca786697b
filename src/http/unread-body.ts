import { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

/** Milliseconds that a client has to finish sending what was answered without being read, and to read the answer. */
export const LINGER_MS = 5_000
/** Bytes up to which the rest of a body is worth reading to keep the connection. */
const WORTH_KEEPING = 32 * 1024 * 1024

/**
 * Answers before the end of the body, such as refusals by its headers alone. They are sent at once, and what else comes
 * of the body is read and thrown away for a while: many clients look at the answer only after they have sent
 * everything, and a connection that is closed with bytes unread is reset, which may cost the answer (RFC 9112 §9.6).
 * A large body, or one of unknown length, ends the connection.
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

/** Whether a request comes with a body, of whatever length. */
export const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined

/** Where Node would close both directions behind the answer, ends ours and leaves the other open until the body's end. */
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
