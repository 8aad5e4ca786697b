import { BlockList, isIP } from 'node:net'
import { parseNetworks } from '../../core/networks.js'

/**
 * IPv4 networks that are not part of the public Internet (IANA IPv4 Special-Purpose Address Registry), and addresses
 * outside of them at which clouds serve metadata. https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const RESERVED_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Azure's platform address.
  '168.63.129.16/32'
]

/** Global unicast (RFC 4291 §2.4); everything else in IPv6 is local, embeds an IPv4 address, or is not assigned. */
const GLOBAL_IPV6 = '2000::/3'

/** Reserved within it: protocol assignments including Teredo, documentation, and 6to4, which embeds an IPv4 address. */
const RESERVED_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const reserved = blockList([...RESERVED_IPV4, ...RESERVED_IPV6])
const globalIpv6 = blockList([GLOBAL_IPV6])

export type Guard = ReturnType<typeof createGuard>

/**
 * Decides which addresses requests to tenants' URLs may reach: public addresses, and those in networks that the
 * operator has opened.
 * @param opened networks in CIDR notation
 */
export function createGuard(opened: readonly string[]) {
  const networks = parseNetworks(opened)
  return {
    /** Whether the operator has opened any network. */
    opensNetworks: opened.length > 0,
    /** @param address an IP address; anything else is refused */
    permits(address: string): boolean {
      // An address with a zone (RFC 4007 §11) is on a link of this machine.
      const version = address.includes('%') ? 0 : isIP(address)
      if (version === 0) return false
      if (networks.include(address)) return true
      if (version === 4) return !reserved.check(address, 'ipv4')
      return globalIpv6.check(address, 'ipv6') && !reserved.check(address, 'ipv6')
    }
  }
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
