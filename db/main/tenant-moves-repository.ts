import { and, asc, eq, getTableColumns, gt, isNull, lte, ne, or, sql } from 'drizzle-orm'
import type postgres from 'postgres'
import { withTransaction, type DatabaseClient } from '../client.js'
import {
  jsonObject,
  now,
  prepared,
  query,
  rendered,
  secondsFromNow,
  type Client,
  type Named
} from '../statement.js'
import { markDirty } from './dirty-tenants-repository.js'
import { tenantMoves, tenants } from './schema.js'
import { lockServer } from './server-room.js'
import { auditTenant } from './tenant-row.js'

const { tenant_id, owner, lease_until, drop_after, state, created_at } = tenantMoves

/** A tenant on its way to another place, or the old place that it has left. A restore is a move on the same server. */
export type TenantMove = typeof tenantMoves.$inferSelect & {
  /** Of the place that the tenant leaves, or has left. */
  generation: number
}

/** Why a tenant is not moved. */
export type MoveRefusal =
  /** No such tenant, or no such server. */
  | { outcome: 'missing' | 'no server' }
  /** It is not ready, or is being purged. */
  | { outcome: 'not active' }
  /** It is on that server. */
  | { outcome: 'there' }
  /** The server is to be emptied, or has as many tenants as it takes. One that is closed to new tenants takes moves. */
  | { outcome: 'draining' | 'full' }
  /** It is being moved, or its old place was not dropped yet. */
  | { outcome: 'moving'; move: TenantMove }

type Possible = {
  outcome: 'possible'
  tenant: { database_name: string; server: string; generation: number }
  /** The last move, whose old place is still there: it must be dropped first. */
  last: TenantMove | undefined
}

export type MoveBegun = { outcome: 'begun'; move: TenantMove } | MoveRefusal

/** A restore: part of the keys of its objects, and when its archive was made (RFC 3339). */
export interface RestoreIdentity {
  id: string
  restoresTo: string
}

/** Which process moves which tenant, for how many seconds. */
type Lease = { tenantId: string; owner: string; seconds: number }

/** The generation that a move leaves: the tenant's, until the tenant has the next one. */
const generation = sql<number>`${tenants.generation} - case when ${state} = 'switched' then 1 else 0 end`.as(
  'generation'
)
const columns = { ...getTableColumns(tenantMoves), generation }

const lockTenant = rendered(({ id }: Named<{ id: string }>) =>
  query
    .select({
      database_name: tenants.database_name,
      server: tenants.server,
      generation: tenants.generation,
      status: tenants.status
    })
    .from(tenants)
    .where(eq(tenants.id, id))
    .for('update')
)
const find = rendered(({ id }: Named<{ id: string }>) =>
  query
    .select(columns)
    .from(tenantMoves)
    .innerJoin(tenants, eq(tenants.id, tenant_id))
    .where(eq(tenant_id, id))
)
interface Journey {
  fromServer: string
  fromPlace: string
  toServer: string
  toPlace: string
  restoreId: string | null
  restoresTo: string | null
}
const insert = rendered((named: Named<Lease & Journey>) =>
  query.insert(tenantMoves).values({
    tenant_id: named.tenantId,
    from_server: named.fromServer,
    from_place: named.fromPlace,
    to_server: named.toServer,
    to_place: named.toPlace,
    state: 'copying',
    owner: named.owner,
    lease_until: secondsFromNow(named.seconds),
    restore_id: named.restoreId,
    restores_to: named.restoresTo
  })
)
const isOurs = (named: Named<{ tenantId: string; owner: string }>) =>
  and(eq(tenant_id, named.tenantId), eq(owner, named.owner))

/** One statement, since the tenant's requests wait for it. */
const switchTenant = rendered(
  (named: Named<{ tenantId: string; owner: string; grace: number; osUser: string }>) => {
    const move = query.$with('move').as(
      query
        .update(tenantMoves)
        .set({
          state: 'switched',
          owner: null,
          lease_until: null,
          drop_after: secondsFromNow(named.grace),
          error: null
        })
        .where(and(isOurs(named), ne(state, 'switched')))
        .returning()
    )
    const tenant = query.$with('tenant').as(
      query
        .update(tenants)
        .set({
          server: move.to_server,
          database_name: move.to_place,
          generation: sql`${tenants.generation} + 1`,
          updated_at: now
        })
        .from(move)
        .where(eq(tenants.id, move.tenant_id))
        .returning({
          ...{ id: tenants.id, name: tenants.name, server: tenants.server },
          ...{ restore_id: move.restore_id, restores_to: move.restores_to }
        })
    )
    const { restores_to, restore_id } = tenant
    const action = sql`case when ${restores_to} is null then 'tenant.moved' else 'tenant.restored' end`
    const where = sql`case when ${restores_to} is null then jsonb_build_object('server', ${tenant.server})
      else jsonb_build_object('restored_to', ${restores_to}) end`
    const by = { by: 'operator', os_user: sql`${named.osUser}::text` }
    const details = sql`${jsonObject({ name: tenant.name, ...by })} || ${where}`
    const event = query.$with('event', {}).as(auditTenant(tenant, { action, details }))
    return query.with(move, tenant, event).select({ restore_id }).from(tenant)
  }
)

/** Whether a tenant is being moved. The transaction holds the tenant's row, or it may begin right after. */
export async function findMoveOf(client: Client, id: string): Promise<TenantMove | undefined> {
  const [move] = await find(client, { id })
  return move
}

/**
 * Locks the tenant's row, so that what it says stays true.
 * @param toServer null: the one that it is on, for a restore
 */
async function check(
  client: Client,
  tenantId: string,
  toServer: string | null
): Promise<MoveRefusal | Possible> {
  const [tenant] = await lockTenant(client, { id: tenantId })
  if (tenant === undefined) return { outcome: 'missing' }
  const move = await findMoveOf(client, tenantId)
  if (move !== undefined && move.state !== 'switched') return { outcome: 'moving', move }
  if (tenant.status !== 'active') return { outcome: 'not active' }
  if (toServer === null) return { outcome: 'possible', tenant, last: move }
  if (tenant.server === toServer) return { outcome: 'there' }
  const server = await lockServer(client, toServer)
  if (server === undefined) return { outcome: 'no server' }
  if (server.state === 'draining') return { outcome: 'draining' }
  if (server.max_tenants !== null && server.tenants >= server.max_tenants) return { outcome: 'full' }
  return { outcome: 'possible', tenant, last: move }
}

export type TenantMovesRepository = ReturnType<typeof createTenantMovesRepository>

/** Moves of tenants, each under the lease of one process. All times are seconds. */
export function createTenantMovesRepository({ sql: client }: Pick<DatabaseClient, 'sql'>) {
  const renew = prepared(client, (named: Named<Lease>) =>
    query
      .update(tenantMoves)
      .set({ lease_until: secondsFromNow(named.seconds) })
      .where(and(isOurs(named), gt(lease_until, now)))
      .returning({ tenant_id })
  )
  const isFree = or(isNull(lease_until), lte(lease_until, now))
  const takeOver = prepared(client, (named: Named<Lease>) =>
    query
      .update(tenantMoves)
      .set({ owner: sql`${named.owner}`, lease_until: secondsFromNow(named.seconds) })
      .where(and(eq(tenant_id, named.tenantId), isFree))
      .returning({ tenant_id })
  )
  const setState = prepared(
    client,
    (named: Named<{ tenantId: string; owner: string; state: 'closing' | 'aborting' }>) =>
      query
        .update(tenantMoves)
        .set({ state: sql`${named.state}` })
        .where(and(isOurs(named), ne(state, 'switched')))
        .returning({ tenant_id })
  )
  const fail = prepared(client, (named: Named<{ tenantId: string; owner: string; error: string }>) =>
    query
      .update(tenantMoves)
      .set({ error: sql`${named.error}` })
      .where(isOurs(named))
  )
  const remove = prepared(client, (named: Named<{ tenantId: string; owner: string }>) =>
    query.delete(tenantMoves).where(isOurs(named))
  )
  const listDue = prepared(client, () =>
    query
      .select(columns)
      .from(tenantMoves)
      .innerJoin(tenants, eq(tenants.id, tenant_id))
      .where(and(isFree, or(ne(state, 'switched'), lte(drop_after, now))))
      .orderBy(asc(created_at))
  )

  return {
    find: (id: string): Promise<TenantMove | undefined> => findMoveOf(client, id),
    /** Whether a tenant can be moved to a server, or with null be restored, and where it is. */
    plan: (tenantId: string, toServer: string | null): Promise<MoveRefusal | Possible> =>
      withTransaction(client, (transaction) => check(transaction, tenantId, toServer)),
    /**
     * Begins to move a tenant, or to restore it. Its row is locked first: a move and a purge of the same tenant see each
     * other.
     * @param nameOf names its new place
     */
    begin: (
      lease: Lease & ({ toServer: string } | { restore: RestoreIdentity }),
      nameOf: (place: string, generation: number) => string
    ): Promise<MoveBegun> =>
      withTransaction(client, async (transaction): Promise<MoveBegun> => {
        const { tenantId, owner, seconds } = lease
        const [toServer, restore] = 'restore' in lease ? [null, lease.restore] : [lease.toServer, null]
        const checked = await check(transaction, tenantId, toServer)
        if (checked.outcome !== 'possible') return checked
        if (checked.last !== undefined) return { outcome: 'moving', move: checked.last }
        const { tenant } = checked
        await insert(transaction, {
          ...{ tenantId, owner, seconds },
          ...{ fromServer: tenant.server, fromPlace: tenant.database_name },
          toServer: toServer ?? tenant.server,
          toPlace: nameOf(tenant.database_name, tenant.generation + 1),
          ...{ restoreId: restore?.id ?? null, restoresTo: restore?.restoresTo ?? null }
        })
        const move = await findMoveOf(transaction, tenantId)
        if (move === undefined) throw new Error('The move was not recorded')
        return { outcome: 'begun', move }
      }),
    async renew(lease: Lease): Promise<{ outcome: 'renewed' | 'lost' }> {
      return { outcome: (await renew(lease)).length > 0 ? 'renewed' : 'lost' }
    },
    /** Takes the lease of a move if no process has it. */
    async takeOver(lease: Lease): Promise<{ outcome: 'taken over' | 'held' }> {
      return { outcome: (await takeOver(lease)).length > 0 ? 'taken over' : 'held' }
    },
    /** `lost` if the move is another's, or done. */
    async setState(
      tenantId: string,
      owner: string,
      state: 'closing' | 'aborting'
    ): Promise<{ outcome: 'changed' | 'lost' }> {
      return { outcome: (await setState({ tenantId, owner, state })).length > 0 ? 'changed' : 'lost' }
    },
    /**
     * Lets the tenant's new place count, for every process that looks for it.
     * @param grace until the old place is dropped
     */
    switchPlace: (
      tenantId: string,
      owner: string,
      grace: number,
      osUser: string
    ): Promise<{ outcome: 'switched' | 'lost' }> =>
      withTransaction(client, async (transaction: postgres.TransactionSql) => {
        const [move] = await switchTenant(transaction, { tenantId, owner, grace, osUser })
        if (move === undefined) return { outcome: 'lost' }
        // The new place has an event for it, which committed before.
        if (move.restore_id !== null) await markDirty(transaction, { tenantId })
        return { outcome: 'switched' }
      }),
    /** Records why a move did not get on; when the lease is over, the next one to look takes over. */
    async fail(tenantId: string, owner: string, error: string): Promise<void> {
      await fail({ tenantId, owner, error: error.slice(0, 1000) })
    },
    /** Forgets a move of which nothing is left but the tenant's place. */
    async remove(tenantId: string, owner: string): Promise<void> {
      await remove({ tenantId, owner })
    },
    /** Moves that a killed process has left, and old places whose time is over; oldest first. */
    listDue: (): Promise<TenantMove[]> => listDue()
  }
}
