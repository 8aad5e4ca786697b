import { randomUUID } from 'node:crypto'
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ConnectionError, FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { AppError, ERRORS, type ErrorCode } from '../../core/errors.js'
import { documentationUrl } from './error-documentation.js'
import { SECURITY_HEADERS } from './security.js'
import { LINGER_MS } from './unread-body.js'

/** A request, its response, and the response before it on the same connection. */
interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  before: ServerResponse | undefined
}

/** The newest request of each connection. */
const exchanges = new WeakMap<Duplex, Exchange>()
/** Connections from which nothing more is read. */
const ended = new WeakSet<Duplex>()

/** Tracks the exchanges on each connection, so that connection errors are answered in turn. */
export default fp(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      const { raw } = request
      const before = exchanges.get(raw.socket)?.response
      exchanges.set(raw.socket, { request: raw, response: reply.raw, before })
      done()
    })
  },
  { name: 'client-errors' }
)

/**
 * Answers bytes that Node could not parse as HTTP with the error envelope, once the requests before them are answered.
 */
export function clientErrorHandler(this: FastifyInstance, error: ConnectionError, socket: Socket): void {
  if (ended.has(socket) || socket.destroyed || error.code === 'ECONNRESET') return
  ended.add(socket)
  const code = codeOf(error)
  const id = randomUUID()
  const last = exchanges.get(socket)
  const answer = () => endConnection(this, socket, code, id)
  // Does not log the error itself, which holds the received bytes, tokens included. A request that ends too early has
  // its own log line.
  if (code !== 'CLIENT_GONE' || last?.request.complete !== false)
    this.log.info({ reason: error.code, code, request_id: id }, ERRORS[code][1])
  if (last === undefined) answer()
  else if (last.request.complete) {
    if (isDone(last.response)) answer()
    else last.response.once('close', answer)
  }
  // The error is in the body of a request that has been answered without its body, or is being answered.
  else if (isDone(last.response)) socket.destroySoon()
  else if (last.response.headersSent) socket.destroy()
  else if (last.before !== undefined && !isDone(last.before)) last.before.once('close', answer)
  else answer()
}

/**
 * The answer to CONNECT, which Node does not treat as a request. Node has stopped sending what was asked for before it, so
 * an answer would break into that.
 */
export function refuseConnect(this: FastifyInstance, _request: IncomingMessage, socket: Duplex): void {
  const id = randomUUID()
  // Node has released the socket, so its errors are ours to handle.
  socket.on('error', () => socket.destroy()).resume()
  this.log.info({ code: 'NOT_IMPLEMENTED', request_id: id }, ERRORS.NOT_IMPLEMENTED[1])
  const last = exchanges.get(socket)
  if (last === undefined || isDone(last.response)) endConnection(this, socket, 'NOT_IMPLEMENTED', id)
  else socket.destroy()
}

/**
 * Whether an answer to this request could be written to its connection now. Not while an earlier response, which it
 * would break into, is being sent, nor after the request's own has begun.
 */
export function isTurnOf(request: IncomingMessage, response: ServerResponse): boolean {
  if (response.headersSent) return false
  const last = exchanges.get(request.socket)
  if (last?.request !== request) return false
  return last.before === undefined || isDone(last.before)
}

/**
 * Answers where Fastify cannot, and closes the connection; no other response may be under way on it. The client has some
 * seconds to read the answer: a connection closed at once with unread bytes is reset, and the answer may be lost.
 */
export function endConnection(
  app: FastifyInstance,
  socket: Duplex,
  code: ErrorCode,
  requestId: string
): void {
  const { status, message } = new AppError(code)
  const error = { code, message, request_id: requestId, documentation_url: documentationUrl(app, code) }
  const body = JSON.stringify({ success: false, error })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'connection: close'
  ]
  ended.add(socket)
  if (!socket.writable) return void socket.destroy()
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
}

const isDone = (response: ServerResponse) => response.writableFinished || response.destroyed

/** Error names are from https://github.com/nodejs/llhttp */
function codeOf({ code, rawPacket, bytesParsed }: ConnectionError): ErrorCode {
  const seen = (rawPacket as unknown as Buffer | undefined)?.toString('latin1') ?? ''
  const line = seen.lastIndexOf('\n', bytesParsed - 1) + 1
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'REQUEST_TIMEOUT'
    case 'HPE_INVALID_EOF_STATE':
      return 'CLIENT_GONE'
    case 'HPE_HEADER_OVERFLOW':
      // One limit covers the request line and all fields together.
      return /^[A-Z]+ [^\r\n]*$/.test(seen.slice(line, bytesParsed)) ? 'URI_TOO_LONG' : 'HEADERS_TOO_LARGE'
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 'BODY_TOO_LARGE'
    case 'HPE_INVALID_VERSION':
    case 'HPE_PAUSED_H2_UPGRADE':
      return 'HTTP_VERSION_UNSUPPORTED'
    case 'HPE_INVALID_METHOD':
      return /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1\.\d\r?\n/.test(seen.slice(line))
        ? 'NOT_IMPLEMENTED'
        : 'MALFORMED_REQUEST'
    case 'HPE_INVALID_TRANSFER_ENCODING': {
      const [, codings] = /\ntransfer-encoding:([^\r\n]*)/i.exec(seen) ?? []
      const hasLength = /\ncontent-length:/i.test(seen)
      return codings === undefined || hasLength || /\bchunked\b/i.test(codings)
        ? 'MALFORMED_REQUEST'
        : refusalOfCodings(codings)
    }
    default:
      return 'MALFORMED_REQUEST'
  }
}

/** RFC 9112 §6: if the last coding is not a single `chunked`, the length is unknown. */
export function refusalOfCodings(codings: string): 'MALFORMED_REQUEST' | 'NOT_IMPLEMENTED' {
  return /\bchunked\s*,/i.test(codings) ? 'MALFORMED_REQUEST' : 'NOT_IMPLEMENTED'
}
