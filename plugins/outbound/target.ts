import { isIP } from 'node:net'
import type { Guard } from './guard.js'

export interface TargetRules {
  guard: Pick<Guard, 'permits'>
  /** Whether http: is allowed besides https:. */
  allowHttp: boolean
}

/** Ports below this one, except those of HTTP, belong to services that speak something else. */
const FIRST_FREE_PORT = 1024

/**
 * Why a URL that a tenant has chosen may not be called; null if nothing in it forbids that. A name is not resolved here:
 * its addresses are checked with each connection.
 * @param url as `new URL` reads it, which turns all notations of an IPv4 address into one
 */
export function problemOfTarget(url: URL, { guard, allowHttp }: TargetRules): string | null {
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:'))
    return allowHttp ? 'must start with https:// or http://' : 'must start with https://'
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or a password'
  const port = Number(url.port || 443)
  if (port !== 80 && port !== 443 && port < FIRST_FREE_PORT) return 'must have port 80, 443, or one from 1024'
  const address = literalOf(url.hostname)
  if (address !== null && !guard.permits(address)) return 'leads to an address that is not public'
  return null
}

/** The address that a host is by itself; null for a name that has to be resolved. */
export function literalOf(hostname: string): string | null {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  if (isIP(host) !== 0) return host
  // RFC 6761 §6.3.
  return /^(?:.+\.)?localhost$/i.test(host) ? '127.0.0.1' : null
}
