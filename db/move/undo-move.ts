import type postgres from 'postgres'
import { codeOf, SQLSTATE } from '../error-codes.js'
import { quoteName } from '../quote.js'
import { schemaExists } from '../server/schemas.js'
import { sleep } from '../../core/concurrency/sleep.js'
import { LOCK_MS } from './change-log.js'
import { leftSchema, moveSchema, sessionName, type MoveIdentity } from './names.js'
import { boundLocks, endSessions, withMover, type MovedPlace } from './session.js'

type Move = Pick<MoveIdentity, 'tenantId' | 'generation'>

/** Milliseconds between two attempts to lock the tables. */
const PAUSE_MS = 250

const withCleaner = <T>(place: MovedPlace, move: Move, work: (session: postgres.Sql) => Promise<T>) =>
  withMover(place, `${sessionName(move)} end`, work)

/**
 * Ends the sessions of whoever has moved the tenant, in a place that may be gone: then it can change nothing any more.
 */
export async function endMover(place: MovedPlace, move: Move): Promise<void> {
  await ifThere(() => withCleaner(place, move, (session) => endSessions(session, sessionName(move))))
}

/** Whether the tenant has left the place: whether the transaction that ends a move has committed. */
export async function hasLeft(source: MovedPlace, move: Move): Promise<boolean> {
  return withCleaner(source, move, (session) => schemaExists(session, leftSchema(move)))
}

/** Removes the triggers and the log from a place that the tenant stays in. Idempotent. */
export async function stopLogging(source: MovedPlace, move: Move): Promise<void> {
  await withCleaner(source, move, async (session) => {
    for (;;) {
      try {
        await session.begin(async (transaction) => {
          await boundLocks(transaction, LOCK_MS)
          await transaction.unsafe(`drop schema if exists ${quoteName(moveSchema(move))} cascade`)
        })
        return
      } catch (error) {
        const code = codeOf(error)
        if (code !== SQLSTATE.lockNotAvailable && code !== SQLSTATE.deadlockDetected) throw error
        await sleep(PAUSE_MS)
      }
    }
  })
}

/** Removes what the tenant has left in a shared database. Idempotent. */
export async function dropLeft(source: MovedPlace, move: Move): Promise<void> {
  await ifThere(() =>
    withCleaner(source, move, (session) =>
      session.unsafe(`drop schema if exists ${quoteName(moveSchema(move))} cascade;
        drop schema if exists ${quoteName(leftSchema(move))} cascade`)
    )
  )
}

/** A database that is gone holds nothing. */
async function ifThere(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (codeOf(error) !== SQLSTATE.undefinedDatabase) throw error
  }
}
