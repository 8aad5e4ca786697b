import type postgres from 'postgres'
import { within } from '../../core/concurrency/timeout.js'
import { STATEMENT_TIMEOUT_MS } from '../client.js'
import { quoteName } from '../quote.js'
import { lockMigrations } from '../migrate.js'
import { keepLogging, LOCK_MS, lockTables, requireLog, startLogging } from './change-log.js'
import { compareTables } from './checksums.js'
import { copyTables } from './copy.js'
import { passFence, raiseFence } from './fence.js'
import { leftSchema, moveSchema, sessionName, type MoveIdentity } from './names.js'
import { estimateRows, isHeld, openTarget, prepareTarget, readSequences } from './new-place.js'
import { announceRestore, carriedTables, fillTarget, type RestoredContent } from './restored-tables.js'
import { copyChanges } from './round.js'
import { boundLocks, withMover, type MovedPlace } from './session.js'
import { readMigrations, readTables, type MovedTable } from './tables.js'
import { PlaceHeldError, whenLocked } from './when-locked.js'

/** The progress of a move; `step` is the current one. */
export interface MoveProgress {
  step: MoveStep
  /** Rows copied so far; `total` estimates how many there are. */
  rows: number
  total: number
}

export type MoveStep =
  'preparing' | 'filling' | 'logging' | 'copying' | 'catching up' | 'comparing' | 'closing' | 'closed'

export interface MoveOptions {
  move: MoveIdentity
  source: MovedPlace
  /** A newly prepared place with the same migrations, which nobody uses. */
  target: MovedPlace
  /** For a restore: the content that replaces the old place's documents and files. */
  content?: RestoredContent | undefined
  /** Called at the beginning of each step; if it throws, the move ends with that error. */
  onStep?: (step: MoveStep) => Promise<void> | void
  onProgress?: (progress: MoveProgress) => void
  signal?: AbortSignal
}

/** What a move has copied, and how long it blocked writers. */
export interface MovedRows {
  rows: number
  /** Changed keys that were copied after the first pass. */
  changes: number
  /** Milliseconds that writers had to wait until the old place was closed. */
  pauseMs: number
}

/** Once a round copies fewer keys than this, the last round, during which nobody can write, may begin. */
const FEW_KEYS = 20
/** The last round never begins after a round of at least this many keys: writers would wait too long. */
const MANY_KEYS = 10_000
const MAX_ROUNDS = 100
/** Milliseconds between two heartbeats. */
const KEEP_MS = 60_000
/**
 * Milliseconds for closing the old place; the tenant's writers would not wait longer anyway. If the network swallows the
 * COMMIT, its outcome is unknown, and the tenant could not be used until TCP gave up.
 */
const CLOSE_MS = STATEMENT_TIMEOUT_MS

/** Thrown if the migrations of the two places differ, for instance because one was migrated during the move. */
export class MigrationsDifferError extends Error {
  override readonly name = 'MigrationsDifferError'
  constructor() {
    super('The migrations of the old and the new place differ; migrate the tenant, and try again')
  }
}

interface Side {
  session: postgres.Sql
  tables: MovedTable[]
  /** The tables whose rows are copied from the old place to the new one. */
  carried: MovedTable[]
  /** The schema with the move's own tables. */
  own: string
  schema: string
}

/**
 * Copies a tenant's rows to another place while the tenant is in use, then closes the old place by renaming its schema
 * in the last transaction. Until that commits, the tenant is used in the old place, and `undoMove` can undo everything;
 * after that, statements in the old place fail with 42P01.
 * @throws {MoveLostError} if another process has taken over
 * @throws {LogEndedError} if this process was too slow to keep the change log alive
 */
export async function moveRows(options: MoveOptions): Promise<MovedRows> {
  const { move, source: from, target: to } = options
  const open = <T>(place: MovedPlace, work: (session: postgres.Sql) => Promise<T>) =>
    withMover(place, sessionName(move), work)
  return open(from, (source) =>
    open(from, (keeper) =>
      open(to, async (target) => {
        const sides = {
          source: await sideOf(source, from.schema, moveSchema(move), options.content),
          target: await sideOf(target, to.schema, moveSchema({ ...move, generation: move.generation + 1 }))
        }
        const stop = () => void Promise.all([source, target].map((session) => session.end({ timeout: 0 })))
        options.signal?.addEventListener('abort', stop, { once: true })
        try {
          return await moveBetween(options, sides, keeper)
        } finally {
          options.signal?.removeEventListener('abort', stop)
        }
      })
    )
  )
}

/** Estimates how many rows a place has. */
export const countRows = (place: MovedPlace): Promise<number> =>
  withMover(place, 'strongroom-move', (session) => estimateRows(session, place.schema))

async function sideOf(
  session: postgres.Sql,
  schema: string,
  own: string,
  content?: RestoredContent
): Promise<Side> {
  const tables = await readTables(session, schema)
  return { session, schema, own, tables, carried: content ? carriedTables(tables, content) : tables }
}

type Transaction = postgres.TransactionSql
type InBoth<T> = (source: Transaction, target: Transaction) => Promise<T>

async function moveBetween(
  { move, content, onStep, onProgress, signal }: MoveOptions,
  { source, target }: { source: Side; target: Side },
  keeper: postgres.Sql
): Promise<MovedRows> {
  const moved: MovedRows = { rows: 0, changes: 0, pauseMs: 0 }
  const progress: MoveProgress = { step: 'preparing', rows: 0, total: 0 }
  const life = new AbortController()

  async function begin(step: MoveStep): Promise<void> {
    signal?.throwIfAborted()
    life.signal.throwIfAborted()
    progress.step = step
    onProgress?.({ ...progress })
    await onStep?.(step)
  }

  /**
   * Runs `work` with a snapshot of the old place. The transaction in the new place commits before that in the old one.
   */
  const inBoth = <T>(work: InBoth<T>) =>
    source.session.begin('isolation level repeatable read', async (from) => {
      await Promise.all([passFence(from, source.own, move.owner), requireLog(from, source.own)])
      return target.session.begin(async (to) => {
        await passFence(to, target.own, move.owner)
        return work(from, to)
      })
    }) as Promise<T>

  const copyLogged: InBoth<number> = async (from, to) => {
    const keys = await copyChanges(from, source.own, source.carried, to, target.tables)
    moved.changes += keys
    return keys
  }

  /** Repeats rounds until few changes are left, or until a round no longer reduces them and they are not too many. */
  async function catchUp(): Promise<void> {
    let before = Infinity
    for (let round = 0; round < MAX_ROUNDS; round++) {
      signal?.throwIfAborted()
      life.signal.throwIfAborted()
      const keys = await inBoth(copyLogged)
      if (keys < FEW_KEYS || (keys < MANY_KEYS && keys >= before)) return
      before = keys
    }
    throw new Error('The tenant is written to faster than its changes can be copied')
  }

  await begin('preparing')
  await target.session.begin(async (to) => {
    await raiseFence(to, target.own, move.owner)
    await prepareTarget(to, target.tables)
  })

  if (content !== undefined) {
    await begin('filling')
    await target.session.begin(async (to) => {
      await passFence(to, target.own, move.owner)
      await fillTarget(to, target.schema, target.tables, content)
    })
  }

  await begin('logging')
  await whenLocked(() =>
    source.session.begin(async (from) => {
      await boundLocks(from, LOCK_MS)
      await lockTables(from, source.tables, 'share row exclusive')
      await raiseFence(from, source.own, move.owner)
      await startLogging(from, source.own, source.carried)
    })
  )
  const keeping = setInterval(() => {
    keepLogging(keeper, source.own).catch((error: unknown) => life.abort(error))
  }, KEEP_MS)

  try {
    progress.total = await estimateRows(source.session, source.schema)
    await begin('copying')
    await inBoth((from, to) =>
      copyTables(from, source.carried, to, target.tables, (_table, rows) => {
        progress.rows += rows
        onProgress?.({ ...progress })
      })
    )
    moved.rows = progress.rows
    await target.session.unsafe(`analyze ${target.tables.map(({ at }) => at).join(', ')}`)
    await begin('catching up')
    await catchUp()
    await begin('comparing')
    await inBoth(async (from, to) => {
      await copyLogged(from, to)
      await compareTables(from, source.carried, to, target.tables)
    })
    await begin('closing')
    await whenLocked(async () => {
      await catchUp()
      moved.pauseMs = await within(CLOSE_MS, close(), () => new Error('The old place was not closed in time'))
    })
    await begin('closed')
    return moved
  } finally {
    clearInterval(keeping)
  }

  /** @returns the milliseconds that writers had to wait */
  async function close(): Promise<number> {
    let locked = 0
    await source.session.begin(async (from) => {
      // Changes since the last round are copied while writers wait, so this must take few round trips. A connection
      // executes statements in the order sent: first the lock that migrations also take first.
      const [, , mine] = await Promise.all([
        boundLocks(from, LOCK_MS),
        lockMigrations(from, source.schema),
        readMigrations(from, source.schema)
      ])
      await target.session.begin(async (to) => {
        const [, , theirs] = await Promise.all([
          boundLocks(to, LOCK_MS),
          passFence(to, target.own, move.owner),
          readMigrations(to, target.schema)
        ])
        if (mine !== theirs) throw new MigrationsDifferError()
        locked = performance.now()
        await lockTables(from, source.tables, 'exclusive')
        const [, , held, sequences] = await Promise.all([
          passFence(from, source.own, move.owner),
          requireLog(from, source.own),
          isHeld(from, source.tables),
          readSequences(from, source.schema)
        ])
        if (held) throw new PlaceHeldError()
        await copyLogged(from, to)
        await openTarget(to, target, sequences)
        if (content !== undefined)
          await announceRestore(from, source.tables, to, target.schema, target.tables, content)
      })
      await from.unsafe(`alter schema ${quoteName(source.schema)} rename to ${quoteName(leftSchema(move))}`)
    })
    return performance.now() - locked
  }
}
