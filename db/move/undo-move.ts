import type postgres from 'postgres'
import { codeOf, SQLSTATE } from '../error-codes.js'
import { quoteName } from '../quote.js'
import { schemaExists } from '../server/schemas.js'
import { STATEMENT_TIMEOUT_MS } from '../client.js'
import { LOCK_MS } from './change-log.js'
import { takeFence } from './fence.js'
import { leftSchema, moveSchema, sessionName, type MoveIdentity } from './names.js'
import { boundLocks, endSessions, withMover, type MovedPlace } from './session.js'
import { whenLocked } from './when-locked.js'

type Move = Pick<MoveIdentity, 'tenantId' | 'generation'>

/** Milliseconds after which cleaning up gives up for now: others, such as a dump, may hold their locks for hours. */
const GIVE_UP_MS = 60_000

const withCleaner = <T>(place: MovedPlace, move: Move, work: (session: postgres.Sql) => Promise<T>) =>
  withMover(place, `${sessionName(move)} end`, work, STATEMENT_TIMEOUT_MS)

const untilFree = (attempt: () => Promise<unknown>, signal: AbortSignal | undefined) =>
  whenLocked(attempt, { giveUpMs: GIVE_UP_MS, signal })

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
export async function takeSource(
  source: MovedPlace,
  move: MoveIdentity,
  signal?: AbortSignal
): Promise<{ left: boolean }> {
  return withCleaner(source, move, async (session) => {
    await untilFree(async () => {
      await endSessions(session, sessionName(move))
      await session.begin(async (transaction) => {
        await boundLocks(transaction, LOCK_MS)
        await takeFence(transaction, moveSchema(move), move.owner)
      })
    }, signal)
    return { left: await schemaExists(session, leftSchema(move)) }
  })
}

/** Removes the triggers and the change log from a place in which the tenant stays. Idempotent. */
export async function stopLogging(source: MovedPlace, move: Move, signal?: AbortSignal): Promise<void> {
  await dropOwn(source, move, [moveSchema(move)], signal)
}

/** Drops the schemas that the tenant has left in a shared database. Idempotent. */
export async function dropLeft(source: MovedPlace, move: Move, signal?: AbortSignal): Promise<void> {
  await ifThere(() => dropOwn(source, move, [moveSchema(move), leftSchema(move)], signal))
}

/** @throws a lock error if others use the schemas for long */
async function dropOwn(
  place: MovedPlace,
  move: Move,
  schemas: string[],
  signal: AbortSignal | undefined
): Promise<void> {
  const drop = schemas.map((schema) => `drop schema if exists ${quoteName(schema)} cascade`).join('; ')
  await withCleaner(place, move, (session) =>
    untilFree(
      () =>
        session.begin(async (transaction) => {
          await boundLocks(transaction, LOCK_MS)
          await transaction.unsafe(drop)
        }),
      signal
    )
  )
}

/** Ignores that the database is gone: nothing is left to do there. */
async function ifThere(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (codeOf(error) !== SQLSTATE.undefinedDatabase) throw error
  }
}
