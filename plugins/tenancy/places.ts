import type postgres from 'postgres'
import type { MovedPlace } from '../../db/move/session.js'
import type { Dropped, PlaceAdapter } from './place-adapter.js'
import type { PlaceCounts } from './place-registry.js'
import type { TenantRef } from './router.js'
import type { ServerAdapters } from './server-adapters.js'
import { MAIN_SERVER } from '../../db/main/schema.js'

export type { Dropped } from './place-adapter.js'

/**
 * The tenants' places on all servers. Each call about a tenant goes to the server that the tenant's reference names;
 * see {@link PlaceAdapter}.
 */
export interface Places extends Pick<
  PlaceAdapter,
  | 'provision'
  | 'exists'
  | 'estimateDrop'
  | 'drop'
  | 'migrate'
  | 'inspect'
  | 'inspectUnfinished'
  | 'buildIndexes'
  | 'asOwner'
> {
  /** See {@link PlaceAdapter.adopt}; false for a tenant of another server than the main one. */
  adopt(transaction: postgres.TransactionSql, tenant: TenantRef): Promise<boolean>
  /** In the background, on every server: prepares what future tenants will need, and removes leftovers. */
  refill(): void
  /** See {@link PlaceAdapter.addressOf}. */
  addressOf(tenant: TenantRef): Promise<MovedPlace>
  evict(tenant: TenantRef): void
  /** The servers that count as down, while no attempt to reach them is due. */
  unreachable(): string[]
  /** Whether the settings have this server. */
  isKnown(server: string): boolean
  /**
   * The servers other than the main one that do not answer within three seconds. Work that visits all tenants skips
   * those on these servers, instead of waiting for each.
   */
  down(): Promise<string[]>
  /** The state of this process's places and connections on each server that it has used. */
  counts(): [server: string, counts: PlaceCounts][]
  close(): Promise<void>
}

/** @param check rejects unless the places may be used */
export function createPlaces(
  servers: ServerAdapters,
  check: { now: () => Promise<void>; passed: () => boolean },
  onIndexed: (tenant: TenantRef) => Promise<void>
): Places {
  const onServer =
    <Given extends unknown[], T>(
      work: (adapter: PlaceAdapter, tenant: TenantRef, ...given: Given) => Promise<T>
    ) =>
    async (tenant: TenantRef, ...given: Given): Promise<T> => {
      await check.now()
      return work(await servers.of(tenant.server), tenant, ...given)
    }

  return {
    provision: onServer((adapter, tenant) => adapter.provision(tenant)),
    // The check would need a second connection while the transaction holds one: if transactions held all connections of
    // the pool, they would wait for each other.
    async adopt(transaction, tenant) {
      if (!check.passed() || tenant.server !== MAIN_SERVER) return false
      return (await servers.of(MAIN_SERVER)).adopt(transaction, tenant)
    },
    refill() {
      // Until the check has passed, the strategy may be wrong; later calls refill.
      if (check.passed()) for (const adapter of servers.all().values()) adapter.refill()
    },
    exists: onServer((adapter, tenant) => adapter.exists(tenant)),
    estimateDrop: onServer((adapter, tenant) => adapter.estimateDrop(tenant)),
    drop: onServer((adapter, tenant): Promise<Dropped> => adapter.drop(tenant)),
    migrate: onServer((adapter, tenant) => adapter.migrate(tenant)),
    inspect: onServer((adapter, tenant) => adapter.inspect(tenant)),
    inspectUnfinished: onServer((adapter, tenant) => adapter.inspectUnfinished(tenant)),
    buildIndexes: onServer(
      async (adapter, tenant, options: Parameters<PlaceAdapter['buildIndexes']>[1] = {}) => {
        const built = await adapter.buildIndexes(tenant, options)
        if (built.finished) await onIndexed(tenant)
        return built
      }
    ),
    async asOwner(tenant, work) {
      await check.now()
      return (await servers.of(tenant.server)).asOwner(tenant, work)
    },
    addressOf: onServer(async (adapter, tenant) => adapter.addressOf(tenant)),
    evict: (tenant) => servers.all().get(tenant.server)?.evict(tenant),
    unreachable: () =>
      [...servers.all()].flatMap(([server, adapter]) => (adapter.isReachable() ? [] : [server])),
    isKnown: servers.isKnown,
    down: servers.down,
    counts: () => [...servers.all()].map(([server, adapter]) => [server, adapter.counts()]),
    async close() {
      await Promise.all([...servers.all().values()].map((adapter) => adapter.close()))
      await servers.closePings()
    }
  }
}
