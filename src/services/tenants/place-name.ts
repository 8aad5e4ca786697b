import { randomBytes, randomUUID } from 'node:crypto'

/** Maximum bytes of a PostgreSQL identifier. */
const LONGEST = 63

/**
 * The name of a tenant's next place. Names are never reused: an earlier place may still exist, and some processes may
 * still take it for the current one.
 */
export function nextPlaceName(place: string, generation: number): string {
  // Random, because an attempt that was undone had the same generation.
  const suffix = `_g${generation}_${randomBytes(4).toString('hex')}`
  const base = place.replace(/_g\d+(?:_[0-9a-f]{8})?$/, '')
  const fits = Buffer.byteLength(base) + suffix.length <= LONGEST
  return (fits ? base : `tenant_${randomUUID().replaceAll('-', '')}`) + suffix
}
