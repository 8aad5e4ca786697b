import { printable } from './printable.js'

/** Warns of the tenants whose only admin is an account that is being deactivated or deleted. */
export function warnOf(tenants: { id: string; name: string }[]): void {
  for (const { id, name } of tenants)
    console.error(`Nobody else manages the tenant ${printable(name)} (${id}).`)
}
