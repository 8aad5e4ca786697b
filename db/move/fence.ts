import type postgres from 'postgres'
import { MoveLostError } from '../../core/move-lost.js'
import { codeOf, SQLSTATE } from '../error-codes.js'
import { quoteName, quoteText } from '../quote.js'

/** Seconds for which changes are logged without a sign of life from the mover. */
const LOG_SECONDS = 600
/** A sign of life must come this many seconds earlier, so that no statement can run past the end. */
const MARGIN_SECONDS = 120

/**
 * Claims a place for a mover: every later transaction on it checks the fence, so that a mover that was taken for dead
 * cannot touch what another one makes. The schema is the owner's alone, whatever the tenant's own login may do.
 */
export async function raiseFence(
  transaction: postgres.TransactionSql,
  schema: string,
  owner: string
): Promise<void> {
  const name = quoteName(schema)
  await transaction.unsafe(`create schema ${name};
    create table ${name}.fence (owner uuid not null);
    create table ${name}.life (log_until timestamptz not null);
    insert into ${name}.fence values (${quoteText(owner)});
    insert into ${name}.life values (clock_timestamp() + make_interval(secs => ${LOG_SECONDS}))`)
}

/**
 * Keeps the fence from being removed until the transaction ends.
 * @throws {MoveLostError} if it is another mover's, or gone, or changes may not have been logged
 */
export async function passFence(
  transaction: postgres.TransactionSql,
  schema: string,
  owner: string
): Promise<void> {
  try {
    const held = await transaction`select from ${transaction(schema)}.fence
      where owner = ${owner} and (select log_until from ${transaction(schema)}.life) > clock_timestamp() for share`
    if (held.length === 0) throw new MoveLostError()
  } catch (error) {
    if (codeOf(error) === SQLSTATE.undefinedTable) throw new MoveLostError()
    throw error
  }
}

/**
 * A sign of life: without one, the triggers stop logging after a while, so that a forgotten log does not grow forever.
 * @throws {MoveLostError} if it comes too late, since changes may be missing
 */
export async function renewFence(session: postgres.Sql, schema: string): Promise<void> {
  const renewed = await session`update ${session(schema)}.life
    set log_until = clock_timestamp() + make_interval(secs => ${LOG_SECONDS})
    where log_until > clock_timestamp() + make_interval(secs => ${MARGIN_SECONDS}) returning 1`
  if (renewed.length === 0) throw new MoveLostError()
}

/**
 * Makes the fence another mover's, once no transaction that has passed it is running. Without a fence there is nothing
 * to take.
 */
export async function takeFence(
  transaction: postgres.TransactionSql,
  schema: string,
  owner: string
): Promise<void> {
  const [fence] = await transaction`select to_regclass(${`${quoteName(schema)}.fence`}) is null as gone`
  if (fence?.['gone'] === false) await transaction`update ${transaction(schema)}.fence set owner = ${owner}`
}
