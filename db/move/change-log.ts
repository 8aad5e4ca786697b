import type postgres from 'postgres'
import { codeOf, SQLSTATE } from '../error-codes.js'
import { quoteName, quoteText } from '../quote.js'
import type { MovedTable } from './tables.js'

/** Seconds that changes are logged after the mover's last heartbeat. */
const LOG_SECONDS = 600
/**
 * A heartbeat must arrive at least this many seconds before the log ends, so that no statement can run past the end.
 */
const MARGIN_SECONDS = 120

/**
 * Maximum milliseconds that writers wait because of one attempt to lock the tables; see `LOCK_TIMEOUT` of migrations.
 */
export const LOCK_MS = 600

/** Whether a statement gave up waiting for a lock, or was the victim of a deadlock. */
export function isLocked(error: unknown): boolean {
  const code = codeOf(error)
  return code === SQLSTATE.lockNotAvailable || code === SQLSTATE.deadlockDetected
}

/** Locks all tables with one statement. https://www.postgresql.org/docs/current/sql-lock.html */
export async function lockTables(
  transaction: postgres.TransactionSql,
  tables: readonly MovedTable[],
  mode: 'share row exclusive' | 'exclusive'
): Promise<void> {
  await transaction.unsafe(`lock table ${tables.map(({ at }) => at).join(', ')} in ${mode} mode`)
}

/**
 * Starts the change log: after the commit, triggers log the key of every changed row in `schema`, within the
 * transaction that changes it. Logging ends when the mover's heartbeats stop, so that a forgotten log cannot grow
 * forever.
 * @param transaction holds the locks of `lockTables`, so that no change is in progress
 */
export async function startLogging(
  transaction: postgres.TransactionSql,
  schema: string,
  tables: readonly MovedTable[]
): Promise<void> {
  const name = quoteName(schema)
  const statements = [
    `create table ${name}.log (relation text not null, key jsonb not null)`,
    `create table ${name}.life (log_until timestamptz not null)`,
    `insert into ${name}.life values (clock_timestamp() + make_interval(secs => ${LOG_SECONDS}))`,
    ...tables.flatMap((table) => triggersOf(name, table))
  ]
  await transaction.unsafe(statements.join(';\n'))
}

/** Thrown if the mover's heartbeats stopped for so long that the log may lack changes. */
export class LogEndedError extends Error {
  constructor() {
    super('This process, or its server, was so slow that changes were no longer logged; try again')
  }
}

/** A heartbeat, which extends the log. @throws {LogEndedError} if it comes too late */
export async function keepLogging(session: postgres.Sql, schema: string): Promise<void> {
  const kept = await session`update ${session(schema)}.life
    set log_until = clock_timestamp() + make_interval(secs => ${LOG_SECONDS})
    where log_until > clock_timestamp() + make_interval(secs => ${MARGIN_SECONDS}) returning 1`
  if (kept.length === 0) throw new LogEndedError()
}

/** Checks that all changes before this transaction were logged. @throws {LogEndedError} */
export async function requireLog(transaction: postgres.TransactionSql, schema: string): Promise<void> {
  const alive = await transaction`
    select from ${transaction(schema)}.life where log_until > clock_timestamp()`
  if (alive.length === 0) throw new LogEndedError()
}

/** A row's key as a jsonb object, so that one log can hold the keys of all tables. */
const keyOf = ({ key }: MovedTable): string =>
  `jsonb_build_object(${key.map(({ name }) => `${quoteText(name)}, ${quoteName(name)}`).join(', ')})`

/** The condition that a table's row has a logged key. */
export const hasKey = ({ key }: MovedTable, row: string, logged: string): string =>
  key
    .map(({ name, type }) => `${row}.${quoteName(name)} = (${logged}.key ->> ${quoteText(name)})::${type}`)
    .join(' and ')

const triggersOf = (schema: string, table: MovedTable): string[] =>
  table.watched.flatMap((watched) => triggersOn(schema, table, watched))

function triggersOn(schema: string, table: MovedTable, watched: MovedTable['watched'][number]): string[] {
  const add = (...rows: string[]) => `insert into ${schema}.log select ${quoteText(table.name)}, key from
    (${rows.map((name) => `select ${keyOf(table)} as key from ${name}`).join(' union ')}) as keys`
  const log = `${schema}.${quoteName(`log_${watched.name}`)}`
  const trigger = (operation: string, tables: string) =>
    `create trigger ${quoteName(`move_${operation}`)} after ${operation} on ${watched.at} referencing ${tables}
      for each statement execute function ${log}()`
  return [
    `create function ${log}() returns trigger language plpgsql security definer set search_path = pg_catalog as $log$
    begin
      if not exists (select from ${schema}.life where log_until > clock_timestamp()) then
        return null;
      end if;
      case tg_op
        when 'INSERT' then ${add('after')};
        when 'DELETE' then ${add('before')};
        else ${add('before', 'after')};
      end case;
      return null;
    end $log$`,
    `revoke all on function ${log}() from public`,
    trigger('insert', 'new table as after'),
    trigger('delete', 'old table as before'),
    trigger('update', 'old table as before new table as after')
  ]
}
