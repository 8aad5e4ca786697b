import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.js'

/**
 * The address that a request came from, safe to store: if a trusted proxy passed on a text that is not an address, this
 * is the proxy's own address. Omits the zone of an IPv6 address (RFC 4007 §11), which may have any length and means
 * something only on the machine that wrote it.
 * @throws {AppError} CLIENT_GONE once the connection is closed, since Node then forgets the address
 */
export function clientAddress(request: FastifyRequest): string {
  const { remoteAddress } = request.socket
  if (remoteAddress === undefined) throw new AppError('CLIENT_GONE')
  const [address = ''] = request.ip.split('%')
  return isIP(address) === 0 ? remoteAddress : address
}
