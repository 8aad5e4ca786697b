import { isIP } from 'node:net'

/** Groups of 16 bits that one customer's network shares: a /64, as in the rate limits. */
const SENDER_GROUPS = 4
/** Groups that one site shares (RFC 6177): a /48, whose owner could guess from 65,536 networks. */
const SITE_GROUPS = 3

/**
 * What counts as one sender: an IPv4 address, or the /64 of an IPv6 address, since one customer has all of a /64.
 * IPv4 addresses written as IPv6 (RFC 4291 §2.5.5.2) count as IPv4.
 * @param address a valid IP address
 */
export const senderOf = (address: string): string => prefixOf(address, SENDER_GROUPS)

/**
 * What counts as one network for guesses: an IPv4 address, or the /48 of an IPv6 address.
 * @param address a valid IP address
 */
export const networkOf = (address: string): string => prefixOf(address, SITE_GROUPS)

function prefixOf(address: string, prefixGroups: number): string {
  if (isIP(address) !== 6) return address
  const groups = groupsOf(address)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) {
    const [high = 0, low = 0] = groups.slice(6)
    return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  }
  return groups
    .slice(0, prefixGroups)
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
