import { INSTALLATION_SCOPES } from '../../core/scopes.js'
import type { LiveKey } from '../../db/main/api-keys-repository.js'
import { parseNetworks, type Networks } from '../../core/networks.js'

/** A key that is good, made ready for being compared with requests. */
export interface KnownKey extends Omit<LiveKey, 'networks' | 'expires_at'> {
  networks: Networks | null
  /** Milliseconds since 1970. */
  expires: number
}

/** Leaves out scopes that only a service of the installation can have, even if a row was changed by hand. */
export function toKnownKey({ networks, expires_at, ...key }: LiveKey): KnownKey {
  const isOfTenant = key.owner_tenant_id !== null
  return {
    ...key,
    scopes: key.scopes.filter((scope) => !(isOfTenant && INSTALLATION_SCOPES.includes(scope))),
    networks: networks === null ? null : parseNetworks(networks),
    expires: expires_at === null ? Infinity : Date.parse(expires_at)
  }
}
