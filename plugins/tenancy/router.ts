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

/** Leads to the tenants' data: all that services and event handlers see of servers and tenancy strategies. */
export interface Router {
  /**
   * Leases the tenant's store for as long as `work` runs. Keep it short: of the process's few connections, those of
   * leased stores are the last to be retired. The first use migrates a tenant that is behind the code.
   *
   * If the tenant has moved, the work begins again in its new place, where everything is that it had committed in the
   * old one. So it must be repeatable as a whole, with each of its statements or transactions done or not.
   * @throws {AppError} what the tenant's `askAgain` throws; TENANT_BUSY if no connection became free in time, for the
   * lease or for a statement of the work; TENANT_MOVING if the tenant is in neither place for too long;
   * TENANT_NEWER if the tenant was migrated beyond what this code can work with; TENANT_NOT_READY while it is being
   * migrated or if that failed; DATABASE_UNAVAILABLE if this process does not know the tenant's server
   */
  withTenant<T>(tenant: TenantRef, work: (store: TenantStore) => Promise<T>): Promise<T>
}

/** Milliseconds of waiting after which the rights are checked again. */
const STALE_MS = 1_000
/** Milliseconds after which a tenant that is in neither place is given up. */
const MOVE_WAIT_MS = 10_000
/** Milliseconds between two looks at where it is. */
const MOVE_POLL_MS = 20
/** Seconds. */
const RETRY_AFTER = 2
/** Old places that lead to new ones, for work that began before the move and goes on for long. */
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
  /** No place is used twice, so these stay right. */
  const forwards = new LRUCache<string, Place>({ max: FORWARDS })
  const running = new Map<string, ReturnType<FindPlacement>>()

  /** One query for all who wait for the same tenant. */
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
   * Where a tenant is that was not found in this place.
   * @throws the error of not finding it, if it should be there
   */
  async function findAgain(id: string, missing: Place, error: unknown, deadline: number): Promise<Place> {
    for (;;) {
      const now = await lookUp(id)
      if (now === null) throw error
      if (keyOf(now) !== keyOf(missing)) {
        forwards.set(keyOf(missing), now)
        // Even if rows were changed by hand, there is never a circle.
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
  // The database takes no connections.
  SQLSTATE.objectNotInState
])

/** Whether a place, or what should be in it, does not exist. */
function isMissing(error: unknown): boolean {
  return MISSING.has(codeOf(error instanceof AppError ? error.cause : error))
}
