import { LRUCache } from 'lru-cache'
import { sleep } from '../../core/concurrency/sleep.js'
import { AppError } from '../../core/errors.js'
import { codeOf, SQLSTATE } from '../../db/error-codes.js'
import type { FindPlacement } from '../../db/main/placements.js'
import type { TenantStore } from '../../db/tenant/store.js'

/** A tenant's place: a database or a schema on a server. */
export interface Place {
  /** The name of the database or schema. */
  database_name: string
  /** The name of the server. */
  server: string
}

/** What is needed to find a tenant's place. */
export interface TenantRef extends Place {
  id: string
  /** Throws if the sender may no longer do the work; called after the work had to wait. */
  askAgain?: () => Promise<void>
}

/** The way to the tenants' data: all that services and event handlers see of servers and tenancy strategies. */
export interface Router {
  /**
   * Leases the tenant's store for as long as `work` runs. Keep it short: of the process's few connections, those of
   * leased stores are the last to be retired. The first use migrates a tenant that is behind the code.
   *
   * If the tenant has moved, the work begins again in the new place, which has everything that the work had committed
   * in the old one. So the work must be repeatable as a whole, whichever of its statements or transactions were
   * committed.
   * @throws {AppError} what the tenant's `askAgain` throws; TENANT_BUSY if no connection became free in time, for the
   * lease or for a statement of the work; TENANT_MOVING if the tenant is available in neither place for too long;
   * TENANT_NEWER if the tenant was migrated beyond what this code can work with; TENANT_NOT_READY while it is being
   * migrated or if that failed; DATABASE_UNAVAILABLE if this process does not know the tenant's server
   */
  withTenant<T>(tenant: TenantRef, work: (store: TenantStore) => Promise<T>): Promise<T>
}

/** Milliseconds of waiting after which the rights are checked again. */
const STALE_MS = 1_000
/** Milliseconds after which the router gives up waiting for a tenant that is available in neither place. */
const MOVE_WAIT_MS = 10_000
/** Milliseconds between two look-ups of its place. */
const MOVE_POLL_MS = 20
/** Seconds. */
const RETRY_AFTER = 2
/** How many moves are remembered, for work that began before the move and still refers to the old place. */
const FORWARDS = 10_000

/** Leases the store of a place by its name, as {@link Router.withTenant} does. */
export type WithPlace = <T>(place: string, work: (store: TenantStore) => Promise<T>) => Promise<T>

export interface RouterDependencies {
  /** The server of this name; a promise if it is not connected yet. */
  serverOf: (name: string) => { withPlace: WithPlace } | Promise<{ withPlace: WithPlace }>
  findPlacement: FindPlacement
  /** Resolves once the places may be used. */
  ready: () => Promise<void> | undefined
}

export function createRouter({ serverOf, findPlacement, ready }: RouterDependencies): Router {
  /** Leads from old places to new ones. No place is used twice, so entries stay right. */
  const forwards = new LRUCache<string, Place>({ max: FORWARDS })
  const running = new Map<string, ReturnType<FindPlacement>>()

  /** Concurrent look-ups of one tenant share a query. */
  function lookUp(id: string): ReturnType<FindPlacement> {
    const known = running.get(id)
    if (known !== undefined) return known
    const asked = findPlacement(id).finally(() => running.delete(id))
    running.set(id, asked)
    return asked
  }

  function forwarded(place: Place): Place {
    let current = place
    for (let next = forwards.get(keyOf(place)); next !== undefined; next = forwards.get(keyOf(next)))
      current = next
    return current
  }

  /**
   * Finds the new place of a tenant that was missing in its old one.
   * @throws the given error if the tenant has not moved
   */
  async function findAgain(id: string, missing: Place, error: unknown, deadline: number): Promise<Place> {
    for (;;) {
      const now = await lookUp(id)
      if (now === null) throw error
      if (keyOf(now) !== keyOf(missing)) {
        forwards.set(keyOf(missing), now)
        // Prevents a cycle, even if rows were changed by hand.
        forwards.delete(keyOf(now))
        return now
      }
      if (!now.closing) throw error
      if (performance.now() > deadline)
        throw new AppError('TENANT_MOVING', { cause: error, retryAfter: RETRY_AFTER })
      await sleep(MOVE_POLL_MS)
    }
  }

  return {
    async withTenant(tenant, work) {
      const waiting = ready()
      if (waiting !== undefined) await waiting
      const asked = performance.now()
      let place: Place = forwards.size === 0 ? tenant : forwarded(tenant)
      for (;;) {
        const found = serverOf(place.server)
        const server = found instanceof Promise ? await found : found
        try {
          return await server.withPlace(place.database_name, async (store) => {
            if (performance.now() - asked > STALE_MS) await tenant.askAgain?.()
            return work(store)
          })
        } catch (error) {
          if (!isMissing(error)) throw error
          place = await findAgain(tenant.id, place, error, asked + MOVE_WAIT_MS)
        }
      }
    }
  }
}

const keyOf = ({ server, database_name }: Place) => `${server}/${database_name}`

const MISSING: ReadonlySet<string | undefined> = new Set([
  SQLSTATE.undefinedTable,
  SQLSTATE.undefinedSchema,
  SQLSTATE.undefinedDatabase,
  // The database accepts no connections.
  SQLSTATE.objectNotInState
])

/** Whether the error means that a place, or something that should be in it, does not exist. */
function isMissing(error: unknown): boolean {
  return MISSING.has(codeOf(error instanceof AppError ? error.cause : error))
}
