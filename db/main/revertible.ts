import type postgres from 'postgres'
import { withTransaction } from '../client.js'

/** Thrown to roll back a transaction; carries the result to return. */
class Reverted<Result> extends Error {
  constructor(readonly result: Result) {
    super('The transaction was rolled back')
  }
}

/** Runs a transaction. Calling `revert` rolls it back and makes the argument its result. */
export async function revertible<Result>(
  client: postgres.Sql,
  work: (transaction: postgres.TransactionSql, revert: (result: Result) => never) => Promise<Result>
): Promise<Result> {
  const revert = (result: Result): never => {
    throw new Reverted(result)
  }
  try {
    return await withTransaction(client, (transaction) => work(transaction, revert))
  } catch (error) {
    if (error instanceof Reverted) return error.result as Result
    throw error
  }
}
