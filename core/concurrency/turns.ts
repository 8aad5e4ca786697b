/** What is known of a key while it holds something or waits. */
export interface Key {
  name: string
  held: number
  waiting: number
  /** When it had its last turn, or came, in the order of turns. */
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

/** Whether something more leaves as much free as its key then has. The first of a key always may. */
export const leavesRoom = (has: number, more: number, free: number) => has === 0 || has + more <= free - more

/**
 * Whose turn comes first: of those who hold least, the one whose last turn is longest ago. Where the greatest amounts
 * are equal, the sums compare what the others have.
 */
export function isBefore(one: Key[], other: Key[]): boolean {
  const difference =
    most(one, 'held') - most(other, 'held') ||
    sum(one, 'held') - sum(other, 'held') ||
    most(one, 'turn') - most(other, 'turn') ||
    sum(one, 'turn') - sum(other, 'turn')
  return difference < 0
}
