/** The action of events that no handler can handle. */
export const POISON = 'bench.poison'
