import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.js'

/**
 * The address that a request came from, fit to be stored: a trusted proxy may have passed on any text as one,
 * and then it is the proxy's own. The zone of an IPv6 address (RFC 4007 §11), which may be of any length and
 * means something only on the machine that wrote it, is left out.
 * @throws {AppError} CLIENT_GONE once the connection is closed: Node forgets then where it came from
 */
export function clientAddress(request: FastifyRequest): string {
  const { remoteAddress } = request.socket
  if (remoteAddress === undefined) throw new AppError('CLIENT_GONE')
  const [address = ''] = request.ip.split('%')
  return isIP(address) === 0 ? remoteAddress : address
}
