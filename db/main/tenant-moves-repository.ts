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

/** A move in progress, or one whose old place has not been dropped yet. A restore is a move on the same server. */
export type TenantMove = typeof tenantMoves.$inferSelect & {
  /** The generation of the old place. */
  generation: number
}

/** Why a tenant cannot be moved. */
export type MoveRefusal =
  /** No such tenant, or no such server. */
  | { outcome: 'missing' | 'no server' }
  /** The tenant is not ready, or is being purged. */
  | { outcome: 'not active' }
  /** The tenant is already on that server. */
  | { outcome: 'there' }
  /**
   * The server is draining, or has its maximum number of tenants. A server that is closed to new tenants still accepts
   * moves.
   */
  | { outcome: 'draining' | 'full' }
  /** The tenant is being moved, or its old place has not been dropped yet. */
  | { outcome: 'moving'; move: TenantMove }

type Possible = {
  outcome: 'possible'
  tenant: { database_name: string; server: string; generation: number }
  /** The last move, if its old place still exists; that must be dropped first. */
  last: TenantMove | undefined
}

export type MoveBegun = { outcome: 'begun'; move: TenantMove } | MoveRefusal

/** A restore: its id, which is part of the keys of its objects, and when its archive was made (RFC 3339). */
export interface RestoreIdentity {
  id: string
  restoresTo: string
}

/** The process that moves a tenant, and the seconds that its lease lasts. */
type Lease = { tenantId: string; owner: string; seconds: number }

/** The generation of the old place; the tenant's own generation is one higher after the switch. */
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

/** A single statement, since the tenant's requests wait for it. */
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

/**
 * The move of a tenant, if there is one. Unless the transaction has locked the tenant's row, a move may begin right
 * afterwards.
 */
export async function findMoveOf(client: Client, id: string): Promise<TenantMove | undefined> {
  const [move] = await find(client, { id })
  return move
}

/**
 * Checks whether a tenant can be moved, and locks its row, so that the result stays true until the transaction ends.
 * @param toServer null for a restore, which stays on the tenant's server
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
      .orderBy(asc(sql`${state} = 'switched'`), asc(created_at))
  )

  return {
    find: (id: string): Promise<TenantMove | undefined> => findMoveOf(client, id),
    /** Whether a tenant can be moved to a server (or restored, with null), and where it is now. */
    plan: (tenantId: string, toServer: string | null): Promise<MoveRefusal | Possible> =>
      withTransaction(client, (transaction) => check(transaction, tenantId, toServer)),
    /**
     * Begins a move or a restore. Locks the tenant's row first, so that a move and a purge of the same tenant see each
     * other.
     * @param nameOf names the new place
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
    /** Takes the lease of a move if no process holds it. */
    async takeOver(lease: Lease): Promise<{ outcome: 'taken over' | 'held' }> {
      return { outcome: (await takeOver(lease)).length > 0 ? 'taken over' : 'held' }
    },
    /** `lost` if another process has taken over the move, or it has switched. */
    async setState(
      tenantId: string,
      owner: string,
      state: 'closing' | 'aborting'
    ): Promise<{ outcome: 'changed' | 'lost' }> {
      return { outcome: (await setState({ tenantId, owner, state })).length > 0 ? 'changed' : 'lost' }
    },
    /**
     * Makes the new place the tenant's placement, for all processes that look it up.
     * @param grace seconds until the old place may be dropped
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
        // The restore has already committed an event to the outbox of the new place.
        if (move.restore_id !== null) await markDirty(transaction, { tenantId })
        return { outcome: 'switched' }
      }),
    /** Records why a move failed; after the lease has expired, another process takes it over. */
    async fail(tenantId: string, owner: string, error: string): Promise<void> {
      await fail({ tenantId, owner, error: error.slice(0, 1000) })
    },
    /** Deletes the record of a move after its other place has been dropped. */
    async remove(tenantId: string, owner: string): Promise<void> {
      await remove({ tenantId, owner })
    },
    /**
     * Unfinished moves whose lease has expired, and then switched ones whose old place is due to be dropped; oldest
     * first.
     */
    listDue: (): Promise<TenantMove[]> => listDue()
  }
}
