import { lookup, Resolver } from 'node:dns/promises'
import type { Guard } from './guard.js'
import { literalOf } from './target.js'

/** All addresses of a name, IPv4 first. @throws if it has none */
export type Resolve = (hostname: string) => Promise<string[]>

/** Milliseconds for one query to a DNS server, and how often it is tried. */
const DNS_TIMEOUT_MS = 1_200
const DNS_TRIES = 2

/** Thrown instead of connecting to a host that the guard does not permit. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused'
  readonly code = 'TARGET_REFUSED'
}

/**
 * Queries DNS servers directly: `lookup` of node:dns would occupy one of libuv's four threads, which also read files,
 * until a server responds. Names that only this machine knows (/etc/hosts) lead to private addresses, so they are
 * looked up only if the operator has opened networks.
 */
export function createResolve({ opensNetworks }: Pick<Guard, 'opensNetworks'>): Resolve {
  return async (hostname) => {
    const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: DNS_TRIES })
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (addresses.length > 0) return addresses
    if (opensNetworks) return (await lookup(hostname, { all: true })).map(({ address }) => address)
    throw answers.find((answer) => answer.status === 'rejected')?.reason
  }
}

/**
 * The addresses to which a connection for this host may go. If one address is not permitted, all are refused: no honest
 * host mixes public and private addresses.
 * @throws {TargetRefused}
 */
export async function permittedAddresses(
  hostname: string,
  resolve: Resolve,
  guard: Pick<Guard, 'permits'>
): Promise<string[]> {
  const literal = literalOf(hostname)
  const addresses = literal === null ? await resolve(hostname) : [literal]
  if (addresses.length === 0 || !addresses.every((address) => guard.permits(address)))
    throw new TargetRefused('the host has an address that is not public')
  return addresses
}
