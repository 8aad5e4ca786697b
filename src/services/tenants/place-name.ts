import { randomBytes, randomUUID } from 'node:crypto'

/** The longest name of PostgreSQL, in bytes. */
const LONGEST = 63

/**
 * The name of a tenant's next place. No place has the name of an earlier one, which may still be there, and which
 * processes may still take for the current one.
 */
export function nextPlaceName(place: string, generation: number): string {
  // An attempt that was undone has had the same generation.
  const suffix = `_g${generation}_${randomBytes(4).toString('hex')}`
  const base = place.replace(/_g\d+(?:_[0-9a-f]{8})?$/, '')
  const fits = Buffer.byteLength(base) + suffix.length <= LONGEST
  return (fits ? base : `tenant_${randomUUID().replaceAll('-', '')}`) + suffix
}
