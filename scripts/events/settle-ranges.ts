import type { PartitionRange } from './partitions.js'

/**
 * The ranges up to the last chosen position in each partition.
 * @throws an Error if one of the positions is not open
 */
export function rangesUpTo(open: PartitionRange[], places: Set<string>, prefix: string): PartitionRange[] {
  const ends = new Map<PartitionRange, number>()
  for (const place of places) {
    const [topic = '', partition, text] = place.split('/')
    const offset = Number(text)
    const range = open.find((one) => one.topic === prefix + topic && one.partition === Number(partition))
    if (range === undefined || offset < range.low || offset >= range.high)
      throw new Error(`No open dead letter is at ${place}; npm run events -- dlq list shows all of them`)
    ends.set(range, Math.max(ends.get(range) ?? 0, offset + 1))
  }
  return [...ends].map(([range, high]) => ({ ...range, high }))
}
