/** Runs work when its turn comes, as p-limit does. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

/** Runs work at once, where it need not wait for other work. */
export const atOnce: InTurn = (work) => work()
