/** A server with its number of tenants, and its maximum (null: none). */
export interface Load {
  name: string
  state: 'open' | 'draining' | 'closed'
  tenants: number
  max_tenants: number | null
}

/** How many tenants to move from one server to another. */
export interface Shift {
  from: string
  to: string
  tenants: number
}

/**
 * The fewest moves after which draining servers are empty, no open server exceeds its maximum, and open servers differ
 * by at most one tenant where their maximums allow it.
 */
export function balance(servers: readonly Load[]): Shift[] {
  const loads = servers.map((server) => ({ ...server }))
  const shifts = new Map<string, Shift>()
  const hasRoom = ({ state, tenants, max_tenants }: Load) =>
    state === 'open' && (max_tenants === null || tenants < max_tenants)
  for (;;) {
    const to = least(loads.filter(hasRoom))
    const from = loads.find(({ state, tenants }) => state === 'draining' && tenants > 0) ?? fullest(loads)
    if (to === undefined || from === undefined || from === to) break
    const isTooFull = from.max_tenants !== null && from.tenants > from.max_tenants
    if (from.state === 'open' && !isTooFull && from.tenants - to.tenants < 2) break
    from.tenants -= 1
    to.tenants += 1
    const key = `${from.name} ${to.name}`
    const shift = shifts.get(key) ?? { from: from.name, to: to.name, tenants: 0 }
    shift.tenants += 1
    shifts.set(key, shift)
  }
  return [...shifts.values()]
}

const least = (loads: readonly Load[]) =>
  loads.reduce<Load | undefined>(
    (best, load) => (best === undefined || load.tenants < best.tenants ? load : best),
    undefined
  )

/** The open server to move a tenant from; closed servers keep their tenants. */
function fullest(loads: readonly Load[]): Load | undefined {
  const open = loads.filter(({ state }) => state === 'open')
  const excess = ({ tenants, max_tenants }: Load) => Math.max(0, tenants - (max_tenants ?? Infinity))
  return open.reduce<Load | undefined>((worst, load) => {
    if (worst === undefined) return load
    if (excess(load) !== excess(worst)) return excess(load) > excess(worst) ? load : worst
    return load.tenants > worst.tenants ? load : worst
  }, undefined)
}
