import { randomUUID } from 'node:crypto'
import { LEASE_SECONDS, underLease } from '../../../core/concurrency/renewed-lease.js'
import { MoveLostError } from '../../../core/move-lost.js'
import type { MovedRows, MoveProgress, MoveStep } from '../../../db/move/move-rows.js'
import type { RowMover } from '../../../db/move/row-mover.js'
import type {
  MoveRefusal,
  TenantMove,
  TenantMovesRepository
} from '../../../db/main/tenant-moves-repository.js'
import type { Places } from '../../../plugins/tenancy/places.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import { nextPlaceName } from './place-name.js'

export interface TenantMovingDependencies {
  moves: TenantMovesRepository
  places: Pick<Places, 'provision' | 'drop' | 'inspect' | 'addressOf' | 'evict'>
  rowMover: RowMover
  /** Seconds after a move until the old place is dropped. */
  grace: number
  /** Who runs the command, for the audit. */
  osUser: string
}

export interface MoveWatch {
  onProgress?: (progress: MoveProgress) => void
  /** Called at the beginning of each step. */
  onStep?: (step: MoveStep | 'provisioning' | 'switching' | 'switched') => Promise<void> | void
  signal?: AbortSignal
}

export type MoveOutcome = { outcome: 'moved'; rows: MovedRows; move: TenantMove } | MoveRefusal

export interface MovePlan {
  outcome: 'possible'
  /** The server that the tenant is on. */
  from: string
  /** About how many rows it has. */
  rows: number
}

/** What became of a move that was left behind. */
export type Settled = 'moved' | 'undone' | 'dropped' | 'held'

export type TenantMoving = ReturnType<typeof createTenantMoving>

/**
 * Moves tenants from one place to another while they are in use; see "Moving a tenant" in docs/ARCHITECTURE.md. Each move
 * is under the lease of one process. Another one that takes it over finishes the move if the old place was closed,
 * and undoes it otherwise.
 */
export function createTenantMoving({ moves, places, rowMover, grace, osUser }: TenantMovingDependencies) {
  const { moveRows, countRows, takeSource, takeTarget, stopLogging, dropLeft } = rowMover
  const sourceOf = (move: TenantMove): TenantRef => ({
    id: move.tenant_id,
    database_name: move.from_place,
    server: move.from_server
  })
  const targetOf = (move: TenantMove): TenantRef => ({
    id: move.tenant_id,
    database_name: move.to_place,
    server: move.to_server
  })
  const identityOf = ({ tenant_id: tenantId, generation }: TenantMove, owner: string) => ({
    tenantId,
    generation,
    owner
  })
  const leaseOf = (move: TenantMove, owner: string) => ({
    tenantId: move.tenant_id,
    owner,
    seconds: LEASE_SECONDS
  })

  async function copy(move: TenantMove, owner: string, watch: MoveWatch): Promise<MovedRows> {
    const identity = identityOf(move, owner)
    const source = await places.addressOf(sourceOf(move))
    const target = await places.addressOf(targetOf(move))
    const { fit, missing } = await places.inspect(sourceOf(move))
    if (fit !== 'current' || missing > 0)
      throw new Error('The tenant is not migrated to this version; run npm run tenants -- migrate first')
    await watch.onStep?.('provisioning')
    // Of a mover that was taken for dead, and was not.
    await stopLogging(source, identity)
    await takeTarget(target, identity)
    await places.provision(targetOf(move))
    return moveRows({
      ...{ move: identity, source, target },
      ...(watch.onProgress && { onProgress: watch.onProgress }),
      ...(watch.signal && { signal: watch.signal }),
      async onStep(step) {
        // From here on, requests wait for what is recorded next.
        if (step === 'closed') return watch.onStep?.(step)
        if ((await moves.renew(leaseOf(move, owner))).outcome === 'lost') throw new MoveLostError()
        if (step === 'closing' && (await moves.setState(move.tenant_id, owner, 'closing')).outcome === 'lost')
          throw new MoveLostError()
        await watch.onStep?.(step)
      }
    })
  }

  /** Finishes or undoes what the lease's holder, or the one before it, has begun. */
  async function settle(move: TenantMove, owner: string): Promise<Settled> {
    const identity = identityOf(move, owner)
    const source = await places.addressOf(sourceOf(move))
    if (move.state === 'switched') {
      await dropLeft(source, identity)
      await places.drop(sourceOf(move))
      await moves.remove(move.tenant_id, owner)
      return 'dropped'
    }
    const { left } = await takeSource(source, identity)
    if (left) {
      await moves.switchPlace(move.tenant_id, owner, grace, osUser)
      places.evict(sourceOf(move))
      return 'moved'
    }
    if ((await moves.setState(move.tenant_id, owner, 'aborting')).outcome === 'lost')
      throw new MoveLostError()
    await stopLogging(source, identity)
    await takeTarget(await places.addressOf(targetOf(move)), identity)
    if ((await moves.renew(leaseOf(move, owner))).outcome === 'lost') throw new MoveLostError()
    await places.drop(targetOf(move))
    await moves.remove(move.tenant_id, owner)
    return 'undone'
  }

  /** Under the lease, whose end it records: what fails is tried again by the next process that looks. */
  async function holding<T>(
    move: TenantMove,
    owner: string,
    work: (signal: AbortSignal) => Promise<T>,
    stop?: AbortSignal
  ): Promise<T> {
    try {
      return await underLease(() => moves.renew(leaseOf(move, owner)), work, stop)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      // It is only for operators, who see the outage of the main database anyway.
      await moves.fail(move.tenant_id, owner, why).catch(() => undefined)
      throw error
    }
  }

  /** @returns `held` if another process has the lease */
  async function takeOver(move: TenantMove): Promise<Settled> {
    const owner = randomUUID()
    if ((await moves.takeOver(leaseOf(move, owner))).outcome === 'held') return 'held'
    return holding(move, owner, async () => {
      // It may have come further since it was listed.
      const current = await moves.find(move.tenant_id)
      return current === undefined ? 'dropped' : settle(current, owner)
    })
  }

  return {
    takeOver,
    /** Drops the old place of a tenant that has moved, if it is there; `held` if another process is about to. */
    async dropLeftPlace(tenantId: string): Promise<{ outcome: 'dropped' | 'held' }> {
      const move = await moves.find(tenantId)
      return { outcome: move === undefined || (await takeOver(move)) !== 'held' ? 'dropped' : 'held' }
    },
    /** Whether the tenant could be moved; an old place of it would be dropped first. */
    async plan(tenantId: string, toServer: string): Promise<MoveRefusal | MovePlan> {
      const checked = await moves.plan(tenantId, toServer)
      if (checked.outcome !== 'possible') return checked
      const { server, database_name } = checked.tenant
      const rows = await countRows(await places.addressOf({ id: tenantId, server, database_name }))
      return { outcome: 'possible', from: server, rows }
    },
    /** Moves that were cut off, and old places whose time is over. */
    listDue: () => moves.listDue(),

    /**
     * Moves a tenant to another server. If it fails, the tenant is where it was.
     * @throws what kept the rows from being copied
     */
    async move(tenantId: string, toServer: string, watch: MoveWatch = {}): Promise<MoveOutcome> {
      const owner = randomUUID()
      const begin = () => moves.begin({ tenantId, owner, toServer, seconds: LEASE_SECONDS }, nextPlaceName)
      let begun = await begin()
      // What nobody holds is settled first: a move that was cut off, or the old place of the last one.
      if (begun.outcome === 'moving' && (await takeOver(begun.move)) !== 'held') begun = await begin()
      if (begun.outcome !== 'begun') return begun
      const { move } = begun
      return holding(
        move,
        owner,
        async (signal) => {
          let rows: MovedRows
          try {
            rows = await copy(move, owner, { ...watch, signal })
          } catch (error) {
            // The closing may have committed although its answer was lost.
            if (error instanceof MoveLostError || (await settle(move, owner)) !== 'moved') throw error
            rows = { rows: 0, changes: 0, pauseMs: 0 }
          }
          const closed = performance.now()
          await watch.onStep?.('switching')
          await moves.switchPlace(tenantId, owner, grace, osUser)
          rows.pauseMs += performance.now() - closed
          places.evict(sourceOf(move))
          await watch.onStep?.('switched')
          return { outcome: 'moved' as const, rows, move }
        },
        watch.signal
      )
    }
  }
}
