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

/** Groups of 16 bits that one customer's network shares: a /64, as the rate limits count too. */
const NETWORK_GROUPS = 4

/**
 * What counts as one sender: an IPv4 address, or the network of an IPv6 address (/64), of which one customer has all.
 * IPv4 addresses that are written as IPv6 (RFC 4291 §2.5.5.2) are IPv4.
 * @param address a valid IP address
 */
export function senderOf(address: string): string {
  if (isIP(address) !== 6) return address
  const groups = groupsOf(address)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) {
    const [high = 0, low = 0] = groups.slice(6)
    return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  }
  return groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.toString(16))
    .join(':')
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const hex = address.replace(/(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })
  const [start = '', end] = hex.split('::')
  const parse = (text: string) => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)))
  if (end === undefined) return parse(start)
  const [before, after] = [parse(start), parse(end)]
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}
