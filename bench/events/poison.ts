/** The action of events that the handler refuses. */
export const POISON = 'bench.poison'
