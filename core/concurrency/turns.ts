/** The state of a key while it holds something or waits. */
export interface Key {
  name: string
  held: number
  waiting: number
  /** When its last turn was, or when it arrived, in the order of turns. */
  turn: number
}

type Amount = 'held' | 'waiting' | 'turn'

export function most(keys: Key[], what: Amount): number {
  let greatest = 0
  for (const key of keys) if (key[what] > greatest) greatest = key[what]
  return greatest
}

function sum(keys: Key[], what: Amount): number {
  let total = 0
  for (const key of keys) total += key[what]
  return total
}

/**
 * Whether taking `more` leaves at least as much free as the key would then have. A key may always take its first.
 */
export const leavesEnoughFree = (has: number, more: number, free: number) =>
  has === 0 || has + more <= free - more

/**
 * Whose turn comes first: of those that hold least, the one whose last turn was longest ago. If the largest amounts are
 * equal, the sums compare what the other keys hold.
 */
export function isBefore(one: Key[], other: Key[]): boolean {
  const difference =
    most(one, 'held') - most(other, 'held') ||
    sum(one, 'held') - sum(other, 'held') ||
    most(one, 'turn') - most(other, 'turn') ||
    sum(one, 'turn') - sum(other, 'turn')
  return difference < 0
}
