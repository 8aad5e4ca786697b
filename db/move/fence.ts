import type postgres from 'postgres'
import { MoveLostError } from '../../core/move-lost.js'
import { codeOf, SQLSTATE } from '../error-codes.js'
import { quoteName, quoteText } from '../quote.js'

/**
 * Claims a place for a mover. Every later transaction of a mover there checks the fence, so that one that was taken for
 * dead cannot interfere with its successor. Only the owner of the tables can access the schema, not the tenant's own
 * login.
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
 * Keeps the fence from being taken or removed until the transaction ends.
 * @throws {MoveLostError} if the fence belongs to another mover, or is gone
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
 * Gives the fence to another mover, after waiting for all transactions that have passed it. Does nothing if there is no
 * fence.
 */
export async function takeFence(
  transaction: postgres.TransactionSql,
  schema: string,
  owner: string
): Promise<void> {
  const [fence] = await transaction`select to_regclass(${`${quoteName(schema)}.fence`}) is null as gone`
  if (fence?.['gone'] === false) await transaction`update ${transaction(schema)}.fence set owner = ${owner}`
}
