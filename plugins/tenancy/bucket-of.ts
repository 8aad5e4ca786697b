const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

/**
 * The bucket of a schema, the same in every process: the 32-bit FNV-1a hash of its name.
 * (https://www.rfc-editor.org/rfc/rfc9923)
 */
export function bucketOf(schema: string, buckets: number): number {
  let hash = OFFSET
  for (let index = 0; index < schema.length; index++) hash = Math.imul(hash ^ schema.charCodeAt(index), PRIME)
  return (hash >>> 0) % buckets
}
