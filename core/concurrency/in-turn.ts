/** Runs work when it is its turn, such as a p-limit does. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

/** For work that need not wait for others. */
export const atOnce: InTurn = (work) => work()
