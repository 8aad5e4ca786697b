import type postgres from 'postgres'
import { MoveLostError } from '../../core/move-lost.js'
import { codeOf, SQLSTATE } from '../error-codes.js'
import { quoteName, quoteText } from '../quote.js'

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
    insert into ${name}.fence values (${quoteText(owner)})`)
}

/**
 * Keeps the fence from being removed until the transaction ends.
 * @throws {MoveLostError} if it is another mover's, or gone
 */
export async function passFence(
  transaction: postgres.TransactionSql,
  schema: string,
  owner: string
): Promise<void> {
  try {
    const held = await transaction`
      select from ${transaction(schema)}.fence where owner = ${owner} for share`
    if (held.length === 0) throw new MoveLostError()
  } catch (error) {
    if (codeOf(error) === SQLSTATE.undefinedTable) throw new MoveLostError()
    throw error
  }
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
