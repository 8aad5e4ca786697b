import { printable } from './printable.js'

/** Names the tenants that nobody manages any more once an account is gone. */
export function warnOf(tenants: { id: string; name: string }[]): void {
  for (const { id, name } of tenants)
    console.error(`Nobody else manages the tenant ${printable(name)} (${id}).`)
}
