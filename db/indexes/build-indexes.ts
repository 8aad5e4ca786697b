import type postgres from 'postgres'
import { sleep } from '../../core/concurrency/sleep.js'
import { codeOf, SQLSTATE } from '../error-codes.js'
import type { MigrationTarget } from '../migration-target.js'
import { quoteName } from '../quote.js'
import { listForeignHolders, tryLock } from '../server/advisory-locks.js'
import { withSession } from '../session.js'
import { unfinishedIndexes, unvalidatedConstraints, type Unfinished } from './unfinished.js'

/** The tables whose indexes are built. */
export interface IndexedPlace {
  /** Must connect as the owner of the tables, not through a pooler. */
  url: string
  target: MigrationTarget
  schema: string
}

export const mainIndexes = (directUrl: string): IndexedPlace => ({
  url: directUrl,
  target: 'main',
  schema: 'public'
})

export interface BuildOptions {
  /** Whether to wait while another process is building; otherwise return at once and leave the work to it. */
  wait?: boolean
  /** Called about twice a second with the current build and its progress. */
  onProgress?: (unfinished: Unfinished) => void
  /** Cancels the current build; the next run restarts it. */
  signal?: AbortSignal
}

export interface Built {
  /** The indexes that were built and the constraints that were validated. */
  built: string[]
  /** Whether nothing is left to do. */
  finished: boolean
}

/** Shown in pg_stat_activity; a migration cancels these sessions' statements, see `endBuilds`. */
const APPLICATION_NAME = 'strongroom-indexes'
/** Held by the session that builds, so that each database has one at a time. */
const LOCK = 'strongroom indexes'
/** A transaction that runs longer, such as a dump's, makes the build fail; the next run tries again. */
const LOCK_TIMEOUT = '5min'
const POLL_MS = 500

/** Lists the indexes of a place that are not built and the constraints that are not validated. */
export function inspectUnfinished({ url, target, schema }: IndexedPlace): Promise<Unfinished[]> {
  return withSession(url, async (session) => [
    ...(await unfinishedIndexes(session, target, schema)).map(({ index: _, ...unfinished }) => unfinished),
    ...(await unvalidatedConstraints(session, schema))
  ])
}

/**
 * Builds the missing indexes of a place and validates its constraints while clients read and write there. Idempotent: a
 * killed build leaves an invalid index, which the next run drops and rebuilds.
 * https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
 * @throws {UnfinishedIndexError}
 */
export async function buildIndexes(place: IndexedPlace, options: BuildOptions = {}): Promise<Built> {
  const { url, target, schema } = place
  const { wait = false, onProgress, signal } = options
  return withSession(
    url,
    async (session) => {
      const run = (text: string) => cancellable(session.unsafe(text), signal)
      await session`select set_config('search_path', quote_ident(${schema}), false),
        set_config('statement_timeout', '0', false), set_config('lock_timeout', ${LOCK_TIMEOUT}, false)`
      // Polled, because the other build (CONCURRENTLY) would wait for a session that is blocked in a statement on this
      // lock.
      while (!(await tryLock(session, LOCK))) {
        if (!wait || signal?.aborted === true) return { built: [], finished: false }
        // A tenant's own login can hold the lock as long as it likes.
        const [login] = await listForeignHolders(session, LOCK)
        if (login !== undefined)
          throw new UnfinishedIndexError(`the login ${login} holds the lock "${LOCK}": end its sessions`)
        for (const unfinished of await unfinishedIndexes(session, target, schema)) onProgress?.(unfinished)
        await sleep(POLL_MS)
      }
      const built: string[] = []
      for (const { index, name, state } of await unfinishedIndexes(session, target, schema)) {
        // Since we hold the lock, someone must be building it by hand.
        if (state === 'building') return { built, finished: false }
        await reported(place, name, onProgress, async () => {
          if (state === 'invalid') await run(`drop index concurrently if exists ${quoteName(name)}`)
          await run(`${index.create} concurrently ${index.definition}`)
        })
        built.push(name)
      }
      for (const constraint of await unvalidatedConstraints(session, schema)) {
        const { name, table } = constraint
        onProgress?.(constraint)
        await reported(place, name, undefined, () =>
          run(`alter table ${quoteName(table)} validate constraint ${quoteName(name)}`)
        )
        built.push(name)
      }
      return { built, finished: true }
    },
    APPLICATION_NAME
  )
}

/** Cancels the builds on a schema's tables, so that a migration, for which a tenant waits, can go first. */
export async function endBuilds(transaction: postgres.TransactionSql, schema: string): Promise<void> {
  await transaction`select pg_cancel_backend(pid) from pg_locks join pg_stat_activity using (pid)
    where application_name = ${APPLICATION_NAME} and relation in (
      select oid from pg_class where relkind = 'r' and relnamespace = to_regnamespace(quote_ident(${schema})))
      and database = (select oid from pg_database where datname = current_database())`
}

/** Thrown if an index was not built or a constraint not validated; the place works without it. */
export class UnfinishedIndexError extends Error {
  override readonly name = 'UnfinishedIndexError'
}

async function reported(
  place: IndexedPlace,
  name: string,
  onProgress: BuildOptions['onProgress'],
  work: () => Promise<unknown>
): Promise<void> {
  const done = new AbortController()
  const watching = onProgress === undefined ? undefined : watch(place, onProgress, done.signal)
  try {
    await work()
  } catch (error) {
    throw new UnfinishedIndexError(`${name} is not finished yet: ${reasonOf(error)}`, { cause: error })
  } finally {
    done.abort()
    await watching
  }
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const again = 'Then run npm run tenants -- migrate again; until then everything works, only slower.'
  switch (codeOf(error)) {
    case SQLSTATE.lockNotAvailable:
      return (
        `a transaction has been open for more than ${LOCK_TIMEOUT}. Find it with "select pid, usename, ` +
        `application_name, xact_start from pg_stat_activity order by xact_start", and end it or wait for it. ${again}`
      )
    case SQLSTATE.queryCanceled:
      return `a migration went first, or somebody ended it. ${again}`
    case SQLSTATE.checkViolation:
      return `${message}. Correct those rows. ${again}`
    default:
      return `${message}. ${again}`
  }
}

/** Reports the progress of builds until the signal is aborted. A failed query does not stop the build. */
async function watch(
  { url, target, schema }: IndexedPlace,
  onProgress: (unfinished: Unfinished) => void,
  done: AbortSignal
): Promise<void> {
  await withSession(url, async (session) => {
    while (!done.aborted) {
      const unfinished = await unfinishedIndexes(session, target, schema)
      for (const index of unfinished.filter(({ state }) => state === 'building')) onProgress(index)
      await sleep(POLL_MS, done)
    }
  }).catch((error: unknown) => {
    if (codeOf(error) === undefined) throw error
  })
}

async function cancellable(
  query: postgres.PendingQuery<postgres.Row[]>,
  signal?: AbortSignal
): Promise<void> {
  const cancel = () => query.cancel()
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    await query
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}
