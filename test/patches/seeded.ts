/** Pseudo-random numbers that are the same in every run with the same seed (a linear congruential generator). */
export function seeded(seed: number): {
  below: (limit: number) => number
  oneOf: <T>(items: readonly T[]) => T
} {
  let state = seed >>> 0
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const oneOf = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new RangeError('Nothing to choose from')
    return items[below(items.length)] as T
  }
  return { below, oneOf }
}
