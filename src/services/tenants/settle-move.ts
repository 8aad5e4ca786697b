import { LEASE_SECONDS } from '../../../core/concurrency/renewed-lease.js'
import { AppError } from '../../../core/errors.js'
import { MoveLostError } from '../../../core/move-lost.js'
import type { RowMover } from '../../../db/move/row-mover.js'
import type { MovedPlace } from '../../../db/move/session.js'
import type { TenantMove, TenantMovesRepository } from '../../../db/main/tenant-moves-repository.js'
import type { Places } from '../../../plugins/tenancy/places.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'

export interface TenantMovingDependencies {
  moves: TenantMovesRepository
  router: Router
  places: Pick<Places, 'provision' | 'drop' | 'inspect' | 'addressOf' | 'evict' | 'isKnown'>
  rowMover: RowMover
  /** Seconds after a move until the old place is dropped. */
  grace: number
  /** The user of the operating system who runs the command, for the audit log. */
  osUser: string
}

/**
 * The outcome of settling a move. `dropped`: the move was already finished, and its old place is gone now; `held`:
 * another process has its lease.
 */
export type Settled = 'moved' | 'undone' | 'dropped' | 'held'

/** Seconds until the objects of an interrupted restore are removed: its process may still be storing one. */
const ABANDONED = 3_600

/** The place that the tenant leaves, or has left. */
export const sourceOf = (move: TenantMove): TenantRef => ({
  id: move.tenant_id,
  database_name: move.from_place,
  server: move.from_server
})
/** The tenant's new place. */
export const targetOf = (move: TenantMove): TenantRef => ({
  id: move.tenant_id,
  database_name: move.to_place,
  server: move.to_server
})
/** What identifies the move in both places. */
export const identityOf = ({ tenant_id: tenantId, generation }: TenantMove, owner: string) => ({
  tenantId,
  generation,
  owner
})
/** The lease of a process on the move. */
export const leaseOf = (move: TenantMove, owner: string) => ({
  tenantId: move.tenant_id,
  owner,
  seconds: LEASE_SECONDS
})

/** Renews the lease. @throws {MoveLostError} if another process has it */
export async function requireLease(
  moves: Pick<TenantMovesRepository, 'renew'>,
  move: TenantMove,
  owner: string
): Promise<void> {
  if ((await moves.renew(leaseOf(move, owner))).outcome === 'lost') throw new MoveLostError()
}

/** The prefix of the keys of a restore's objects; null if the move is not a restore. */
export const restoredFolder = ({ tenant_id, restore_id }: TenantMove): string | null =>
  restore_id === null ? null : `tenants/${tenant_id}/files/${restore_id}/`

/** @returns a function that settles a move; its caller holds the lease */
export function createSettlement({
  moves,
  router,
  places,
  rowMover,
  grace,
  osUser
}: TenantMovingDependencies) {
  const { takeSource, takeTarget, stopLogging, dropLeft } = rowMover

  /** For operators: they may have removed a server that has no tenants left, but an old place. */
  async function addressOf(place: TenantRef): Promise<MovedPlace> {
    if (places.isKnown(place.server)) return places.addressOf(place)
    const message = `TENANT_SERVERS does not name the server "${place.server}", which still has a place of this tenant: add it again, until npm run servers -- list shows 0 other places for it`
    throw new AppError('DATABASE_UNAVAILABLE', { message })
  }

  /**
   * Finishes or undoes a move that this holder of the lease, or an earlier one, has begun.
   * @throws a lock error if others use the places for long, or sooner once the signal aborts; it can be repeated
   */
  return async function settle(move: TenantMove, owner: string, signal?: AbortSignal): Promise<Settled> {
    const identity = identityOf(move, owner)
    const source = await addressOf(sourceOf(move))
    if (move.state === 'switched') {
      await dropLeft(source, identity, signal)
      await places.drop(sourceOf(move))
      await moves.remove(move.tenant_id, owner)
      return 'dropped'
    }
    const { left } = await takeSource(source, identity, signal)
    if (left) {
      await moves.switchPlace(move.tenant_id, owner, grace, osUser)
      places.evict(sourceOf(move))
      return 'moved'
    }
    if ((await moves.setState(move.tenant_id, owner, 'aborting')).outcome === 'lost')
      throw new MoveLostError()
    await stopLogging(source, identity, signal)
    await takeTarget(await addressOf(targetOf(move)), identity)
    await requireLease(moves, move, owner)
    await places.drop(targetOf(move))
    const folder = restoredFolder(move)
    if (folder !== null)
      await router.withTenant(sourceOf(move), (store) => store.pendingObjects.abandonBelow(folder, ABANDONED))
    await moves.remove(move.tenant_id, owner)
    return 'undone'
  }
}
