import { isIP } from 'node:net'
import type { Guard } from './guard.js'

export interface TargetRules {
  guard: Pick<Guard, 'permits'>
  /** Whether http: is allowed besides https:. */
  allowHttp: boolean
}

/** Ports below this one, except HTTP's, belong to services that speak other protocols. */
const FIRST_FREE_PORT = 1024

/**
 * Why a URL that a tenant has chosen may not be called; null if it may. This does not resolve a name: its addresses are
 * checked on each connection.
 * @param url parsed by `new URL`, which normalises all notations of an IPv4 address
 */
export function problemOfTarget(url: URL, { guard, allowHttp }: TargetRules): string | null {
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:'))
    return allowHttp ? 'must start with https:// or http://' : 'must start with https://'
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or a password'
  const port = Number(url.port || 443)
  if (port !== 80 && port !== 443 && port < FIRST_FREE_PORT)
    return 'must use port 80, 443, or a port from 1024 up'
  const address = literalOf(url.hostname)
  if (address !== null && !guard.permits(address)) return 'leads to an address that is not public'
  return null
}

/** The address that a host name literally is; null for a name that must be resolved. */
export function literalOf(hostname: string): string | null {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  if (isIP(host) !== 0) return host
  // RFC 6761 §6.3.
  return /^(?:.+\.)?localhost$/i.test(host) ? '127.0.0.1' : null
}
