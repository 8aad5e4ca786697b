import type postgres from 'postgres'
import { codeOf, SQLSTATE } from '../error-codes.js'
import { quoteName } from '../quote.js'
import { schemaExists } from '../server/schemas.js'
import { sleep } from '../../core/concurrency/sleep.js'
import { isLocked, LOCK_MS } from './change-log.js'
import { takeFence } from './fence.js'
import { leftSchema, moveSchema, sessionName, type MoveIdentity } from './names.js'
import { boundLocks, endSessions, withMover, type MovedPlace } from './session.js'

type Move = Pick<MoveIdentity, 'tenantId' | 'generation'>

/**
 * Milliseconds between two attempts to lock the tables, at first and at most. While an attempt waits, the tenant's
 * statements wait as well.
 */
const PAUSE_MS = { least: 250, most: 8_000 }

const withCleaner = <T>(place: MovedPlace, move: Move, work: (session: postgres.Sql) => Promise<T>) =>
  withMover(place, `${sessionName(move)} end`, work)

/**
 * Takes the new place, which may be gone, from the previous mover: that process can no longer change anything there.
 */
export async function takeTarget(target: MovedPlace, move: Move): Promise<void> {
  await ifThere(() =>
    withCleaner(target, move, async (session) => {
      await endSessions(session, sessionName(move))
      const fence = moveSchema({ ...move, generation: move.generation + 1 })
      await session.unsafe(`drop schema if exists ${quoteName(fence)} cascade`)
    })
  )
}

/**
 * Takes the old place from the previous mover: that process can no longer change anything there.
 * @returns whether the tenant has left the place, that is, whether the transaction that closes it has committed
 */
export async function takeSource(source: MovedPlace, move: MoveIdentity): Promise<{ left: boolean }> {
  return withCleaner(source, move, async (session) => {
    await untilFree(async () => {
      await endSessions(session, sessionName(move))
      await session.begin(async (transaction) => {
        await boundLocks(transaction, LOCK_MS)
        await takeFence(transaction, moveSchema(move), move.owner)
      })
    })
    return { left: await schemaExists(session, leftSchema(move)) }
  })
}

/** Removes the triggers and the change log from a place in which the tenant stays. Idempotent. */
export async function stopLogging(source: MovedPlace, move: Move): Promise<void> {
  await withCleaner(source, move, (session) =>
    untilFree(() =>
      session.begin(async (transaction) => {
        await boundLocks(transaction, LOCK_MS)
        await transaction.unsafe(`drop schema if exists ${quoteName(moveSchema(move))} cascade`)
      })
    )
  )
}

/** Drops the schemas that the tenant has left in a shared database. Idempotent. */
export async function dropLeft(source: MovedPlace, move: Move): Promise<void> {
  await ifThere(() =>
    withCleaner(source, move, (session) =>
      session.unsafe(`drop schema if exists ${quoteName(moveSchema(move))} cascade;
        drop schema if exists ${quoteName(leftSchema(move))} cascade`)
    )
  )
}

async function untilFree(attempt: () => Promise<unknown>): Promise<void> {
  for (let pause = PAUSE_MS.least; ; pause = Math.min(2 * pause, PAUSE_MS.most)) {
    try {
      await attempt()
      return
    } catch (error) {
      if (!isLocked(error)) throw error
      await sleep(pause)
    }
  }
}

/** Ignores that the database is gone: nothing is left to do there. */
async function ifThere(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (codeOf(error) !== SQLSTATE.undefinedDatabase) throw error
  }
}
