import { randomUUID } from 'node:crypto'

/** The longest name of PostgreSQL, in bytes. */
const LONGEST = 63

/**
 * The name of a tenant's next place. No place has the name of an earlier one, which may still be there, and which
 * processes may still take for the current one.
 */
export function nextPlaceName(place: string, generation: number): string {
  const suffix = `_g${generation}`
  const base = place.replace(/_g\d+$/, '')
  const fits = Buffer.byteLength(base) + suffix.length <= LONGEST
  return (fits ? base : `tenant_${randomUUID().replaceAll('-', '')}`) + suffix
}
