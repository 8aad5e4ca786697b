/** A server, with how many tenants it has, and takes (null: any number). */
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
 * The fewest moves after which servers that are draining are empty, none has more tenants than it takes, and the
 * open ones differ by one tenant at most where their limits allow it.
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

/** Of the open ones: closed servers keep what they have. */
function fullest(loads: readonly Load[]): Load | undefined {
  const open = loads.filter(({ state }) => state === 'open')
  const excess = ({ tenants, max_tenants }: Load) => Math.max(0, tenants - (max_tenants ?? Infinity))
  return open.reduce<Load | undefined>((worst, load) => {
    if (worst === undefined) return load
    if (excess(load) !== excess(worst)) return excess(load) > excess(worst) ? load : worst
    return load.tenants > worst.tenants ? load : worst
  }, undefined)
}
