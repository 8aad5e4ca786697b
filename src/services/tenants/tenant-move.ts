import { randomUUID } from 'node:crypto'
import { LEASE_SECONDS, underLease } from '../../../core/concurrency/renewed-lease.js'
import { MoveLostError } from '../../../core/move-lost.js'
import type { MovedRows, MoveProgress, MoveStep } from '../../../db/move/move-rows.js'
import type { RestoredContent } from '../../../db/move/restored-tables.js'
import type {
  MoveBegun,
  MoveRefusal,
  RestoreIdentity,
  TenantMove
} from '../../../db/main/tenant-moves-repository.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import { nextPlaceName } from './place-name.js'
import {
  createSettlement,
  identityOf,
  leaseOf,
  requireLease,
  restoredFolder,
  sourceOf,
  targetOf,
  type Settled,
  type TenantMovingDependencies
} from './settle-move.js'

export interface MoveWatch {
  onProgress?: (progress: MoveProgress) => void
  /** Called at the beginning of each step. */
  onStep?: (step: MoveStep | 'storing' | 'provisioning' | 'switching' | 'switched') => Promise<void> | void
  signal?: AbortSignal
}

export type MoveOutcome = { outcome: 'moved'; rows: MovedRows; move: TenantMove } | MoveRefusal

/**
 * Prepares the content with which a restore fills the new place.
 * @param tenant in its current place
 * @param generation of its new place
 * @param folder the prefix of the keys of objects, each of which must be in the tenant's pending objects
 */
export type PrepareContent = (
  tenant: TenantRef,
  generation: number,
  folder: string,
  signal: AbortSignal
) => Promise<Pick<RestoredContent, 'fill' | 'announce'>>

export interface MovePlan {
  outcome: 'possible'
  /** The server that the tenant is on. */
  from: string
  /** The approximate number of its rows. */
  rows: number
}

export type TenantMoving = ReturnType<typeof createTenantMoving>

/**
 * Moves tenants from one place to another while they are in use; see "Moving a tenant" in docs/ARCHITECTURE.md. One
 * process has the lease of a move. Another process that takes the move over finishes it if the old place was closed, and
 * undoes it otherwise.
 */
export function createTenantMoving({
  moves,
  router,
  places,
  rowMover,
  grace,
  osUser
}: TenantMovingDependencies) {
  const { moveRows, countRows, takeTarget, stopLogging } = rowMover
  const settle = createSettlement({ moves, router, places, rowMover, grace, osUser })

  /** Requires a migrated tenant: the new place has the tables of this version, and rows are copied table by table. */
  async function checkVersion(move: TenantMove): Promise<void> {
    const { fit, missing } = await places.inspect(sourceOf(move))
    if (fit !== 'current' || missing > 0)
      throw new Error('The tenant is not migrated to this version; run npm run tenants -- migrate first')
  }

  /** Stores the objects of a restore; undefined for any other move. */
  async function contentOf(
    move: TenantMove,
    prepare: PrepareContent,
    { onStep, signal }: MoveWatch & { signal: AbortSignal }
  ): Promise<RestoredContent | undefined> {
    const folder = restoredFolder(move)
    if (folder === null) return undefined
    await onStep?.('storing')
    const prepared = await prepare(sourceOf(move), move.generation + 1, folder, signal)
    const removeAfter = new Date(Date.now() + grace * 1000).toISOString()
    return { ...prepared, prefix: folder, removeAfter }
  }

  async function copy(
    move: TenantMove,
    owner: string,
    watch: MoveWatch,
    content?: RestoredContent
  ): Promise<MovedRows> {
    const identity = identityOf(move, owner)
    const source = await places.addressOf(sourceOf(move))
    const target = await places.addressOf(targetOf(move))
    await watch.onStep?.('provisioning')
    // Without the lease, this would end the sessions of the process that has it.
    await requireLease(moves, move, owner)
    // A process that was taken for dead may still be running: stop its change log, and fence it off.
    await stopLogging(source, identity, watch.signal)
    await takeTarget(target, identity)
    await places.provision(targetOf(move))
    if ((await moves.renew(leaseOf(move, owner))).outcome === 'lost') {
      // The process that undid the move may have come before the new place existed. No other move uses its name.
      await places.drop(targetOf(move))
      throw new MoveLostError()
    }
    return moveRows({
      ...{ move: identity, source, target, content },
      ...(watch.onProgress && { onProgress: watch.onProgress }),
      ...(watch.signal && { signal: watch.signal }),
      async onStep(step) {
        // From here on, requests wait until the switch is recorded: do nothing in between.
        if (step === 'closed') return watch.onStep?.(step)
        await requireLease(moves, move, owner)
        if (step === 'closing' && (await moves.setState(move.tenant_id, owner, 'closing')).outcome === 'lost')
          throw new MoveLostError()
        await watch.onStep?.(step)
      }
    })
  }

  /** Works under the lease. Records a failure; once the lease is over, another process can take the move over. */
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
      // The record is only for operators, who notice an outage of the main database anyway.
      await moves.fail(move.tenant_id, owner, why).catch(() => undefined)
      throw error
    }
  }

  /** @returns `held` if another process has the lease */
  async function takeOver(move: TenantMove, stop?: AbortSignal): Promise<Settled> {
    const owner = randomUUID()
    if ((await moves.takeOver(leaseOf(move, owner))).outcome === 'held') return 'held'
    return holding(
      move,
      owner,
      async (signal) => {
        // The move may have progressed since it was listed.
        const current = await moves.find(move.tenant_id)
        return current === undefined ? 'dropped' : settle(current, owner, signal)
      },
      stop
    )
  }

  async function carryOut(
    begin: (owner: string) => Promise<MoveBegun>,
    watch: MoveWatch,
    prepare?: PrepareContent
  ): Promise<MoveOutcome> {
    const owner = randomUUID()
    let begun = await begin(owner)
    // First settle what no process holds: an interrupted move, or the old place of the last one.
    if (begun.outcome === 'moving' && (await takeOver(begun.move, watch.signal)) !== 'held')
      begun = await begin(owner)
    if (begun.outcome !== 'begun') return begun
    const { move } = begun
    return holding(
      move,
      owner,
      async (signal) => {
        let rows: MovedRows
        try {
          await checkVersion(move)
          const content = prepare && (await contentOf(move, prepare, { ...watch, signal }))
          rows = await copy(move, owner, { ...watch, signal }, content)
        } catch (error) {
          // The process that has the lease now settles the move.
          if (error instanceof MoveLostError) throw error
          if ((await moves.renew(leaseOf(move, owner))).outcome === 'lost') throw error
          // The closing may have committed although its answer was lost.
          if ((await settle(move, owner)) !== 'moved') throw error
          rows = { rows: 0, changes: 0, pauseMs: 0 }
        }
        const closed = performance.now()
        await watch.onStep?.('switching')
        await moves.switchPlace(move.tenant_id, owner, grace, osUser)
        rows.pauseMs += performance.now() - closed
        places.evict(sourceOf(move))
        await watch.onStep?.('switched')
        return { outcome: 'moved' as const, rows, move }
      },
      watch.signal
    )
  }

  return {
    takeOver,
    /** Drops the old place of a tenant that has moved, if it exists; `held` if another process has the lease. */
    async dropLeftPlace(tenantId: string): Promise<{ outcome: 'dropped' | 'held' }> {
      const move = await moves.find(tenantId)
      return { outcome: move === undefined || (await takeOver(move)) !== 'held' ? 'dropped' : 'held' }
    },
    /**
     * Whether the tenant can be moved or restored now, possibly after its old place is dropped.
     * @param toServer null for a restore
     */
    async plan(tenantId: string, toServer: string | null): Promise<MoveRefusal | MovePlan> {
      const checked = await moves.plan(tenantId, toServer)
      if (checked.outcome !== 'possible') return checked
      const { server, database_name } = checked.tenant
      const rows = await countRows(await places.addressOf({ id: tenantId, server, database_name }))
      return { outcome: 'possible', from: server, rows }
    },
    /** Interrupted moves, and old places whose grace period is over. */
    listDue: () => moves.listDue(),

    /**
     * Moves a tenant to another server. If the move fails, the tenant stays where it is.
     * @throws the error that stopped the copy
     */
    move: (tenantId: string, toServer: string, watch: MoveWatch = {}): Promise<MoveOutcome> =>
      carryOut(
        (owner) => moves.begin({ tenantId, owner, toServer, seconds: LEASE_SECONDS }, nextPlaceName),
        watch
      ),
    /**
     * Moves a tenant to a new place on the same server, with the documents and files that `prepare` returns. If that
     * fails, the tenant stays as it is.
     * @throws what `prepare` throws, or the error that stopped the copy
     */
    restore: (
      tenantId: string,
      restore: RestoreIdentity,
      prepare: PrepareContent,
      watch: MoveWatch = {}
    ): Promise<MoveOutcome> =>
      carryOut(
        (owner) => moves.begin({ tenantId, owner, restore, seconds: LEASE_SECONDS }, nextPlaceName),
        watch,
        prepare
      )
  }
}
