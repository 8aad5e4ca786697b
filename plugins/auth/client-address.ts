import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'

/**
 * The address that a request came from, fit to be stored: a trusted proxy may have passed on any text as one,
 * and then it is the proxy's own. The zone of an IPv6 address (RFC 4007 §11), which may be of any length and
 * means something only on the machine that wrote it, is left out.
 */
export function clientAddress(request: FastifyRequest): string {
  const [address = ''] = request.ip.split('%')
  return isIP(address) === 0 ? (request.socket.remoteAddress ?? '') : address
}
