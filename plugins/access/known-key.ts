import { INSTALLATION_SCOPES } from '../../core/scopes.js'
import type { LiveKey } from '../../db/main/api-keys-repository.js'
import { parseNetworks, type Networks } from '../../core/networks.js'

/** A valid key, parsed for comparison with requests. */
export interface KnownKey extends Omit<LiveKey, 'networks' | 'expires_at'> {
  networks: Networks | null
  /** Milliseconds since 1970. */
  expires: number
}

/**
 * Drops scopes from a tenant's key that only a service of the installation can have: someone may have changed its row
 * by hand.
 */
export function toKnownKey({ networks, expires_at, ...key }: LiveKey): KnownKey {
  const isOfTenant = key.owner_tenant_id !== null
  return {
    ...key,
    scopes: key.scopes.filter((scope) => !(isOfTenant && INSTALLATION_SCOPES.includes(scope))),
    networks: networks === null ? null : parseNetworks(networks),
    expires: expires_at === null ? Infinity : Date.parse(expires_at)
  }
}
