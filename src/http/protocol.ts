import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { AppError } from '../../core/errors.js'
import { refusalOfCodings, refuseConnect } from './client-errors.js'

/** The characters that RFC 3986 §3.2 allows in host and port. */
const HOST = /^[\w.~!$&'()*+,;=%:[\]-]*$/

/**
 * Enforces what HTTP requires of every request, whatever its route; Node leaves this to us, or would answer without the
 * envelope. Also keeps two promises of HTTP: a client that closes its side after the request gets its response (RFC 9112
 * §9.6), and "100 Continue" is sent only when the body is wanted (RFC 9110 §10.1.1).
 */
export default fp(
  async (app) => {
    const { server } = app
    // An undocumented option of Node: https://github.com/nodejs/node/blob/v20.x/lib/_http_server.js
    Object.assign(server, { httpAllowHalfOpen: true })
    server.on('connect', refuseConnect.bind(app))
    server.on('checkContinue', (request, response) => {
      continueOnRead(request, response)
      app.routing(request, response)
    })
    // Other expectations are refused below.
    server.on('checkExpectation', (request, response) => app.routing(request, response))

    app.addHook('onRequest', (request, reply, done) => {
      const { raw } = request
      // The response before this one has ended the connection (RFC 9112 §9.6).
      if (raw.socket.writableEnded) {
        reply.hijack()
        raw.socket.destroy()
        return
      }
      const code = refusalOf(raw)
      if (code === undefined) {
        done()
        return
      }
      void reply.header('connection', 'close')
      done(new AppError(code))
    })

    // JSON bodies are read before the rest of a request is validated. A client that waits for "100 Continue" should send
    // its body only if the rest is valid.
    app.addHook('preParsing', (request, _reply, payload, done) => {
      done(request.headers.expect === undefined ? null : findInvalid(request), payload)
    })
  },
  { name: 'protocol' }
)

function refusalOf(request: IncomingMessage) {
  const { headers, httpVersionMajor, httpVersionMinor, socket } = request
  // Node looks up the address on first use and keeps it; a reset connection has none.
  if (socket.destroyed || socket.remoteAddress === undefined) return 'CLIENT_GONE'
  if (httpVersionMajor !== 1) return 'HTTP_VERSION_UNSUPPORTED'
  if (!hasOneHost(request)) return 'MALFORMED_REQUEST'
  const codings = headers['transfer-encoding']
  if (codings !== undefined && codings.toLowerCase() !== 'chunked') return refusalOfCodings(codings)
  // RFC 9112 §6.1: an HTTP/1.0 proxy in between may have taken the length for the end of the request.
  if (codings !== undefined && (httpVersionMinor === 0 || headers['content-length'] !== undefined))
    return 'MALFORMED_REQUEST'
  const { expect } = headers
  if (expect !== undefined && httpVersionMinor > 0 && expect.toLowerCase() !== '100-continue')
    return 'EXPECTATION_FAILED'
  return undefined
}

/** RFC 9112 §3.2. If there are several, Node shows the first. */
function hasOneHost({ rawHeaders, headers, httpVersionMinor }: IncomingMessage): boolean {
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1
  }
  return hosts === 0 ? httpVersionMinor === 0 : hosts === 1 && HOST.test(headers.host ?? '')
}

/** Sends "100 Continue" when the body is first read, unless the response has begun. */
function continueOnRead(request: IncomingMessage, response: ServerResponse): void {
  const read = request._read.bind(request)
  request._read = (size) => {
    request._read = read
    if (!response.headersSent) response.writeContinue()
    read(size)
  }
}

/** The problem that Fastify would find in parameters, headers and query, after reading the body. */
function findInvalid(request: FastifyRequest): Error | null {
  for (const part of ['params', 'headers', 'querystring'] as const) {
    const validate = request.getValidationFunction(part)
    const value = part === 'querystring' ? request.query : request[part]
    const result = (validate?.(value) ?? true) as true | { error: Error }
    if (result !== true) return result.error
  }
  return null
}
