import { BlockList, isIP } from 'node:net'

/** Networks from which a key may be used. */
export interface Networks {
  /** @param address a valid IP address; IPv4 written as IPv6 counts as IPv4 */
  include(address: string): boolean
}

const FAMILIES = { 4: { name: 'ipv4', bits: 32 }, 6: { name: 'ipv6', bits: 128 } } as const

/** Whether this is a network in CIDR notation (RFC 4632 §3.1), or one address. */
export const isNetwork = (text: string): boolean => parse(text) !== null

/** Texts that are not networks include no address. */
export function parseNetworks(networks: readonly string[]): Networks {
  const list = new BlockList()
  for (const text of networks) {
    const network = parse(text)
    if (network !== null) list.addSubnet(network.address, network.prefix, network.family)
  }
  return {
    include: (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
}

function parse(text: string) {
  const [, address = '', digits] = /^([0-9a-f.:]{2,45})(?:\/(\d{1,3}))?$/i.exec(text) ?? []
  const version = isIP(address)
  if (version !== 4 && version !== 6) return null
  const { name: family, bits } = FAMILIES[version]
  const prefix = digits === undefined ? bits : Number(digits)
  return prefix <= bits ? { address, prefix, family } : null
}
