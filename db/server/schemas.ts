import type postgres from 'postgres'

export async function schemaExists(
  sql: postgres.Sql | postgres.TransactionSql,
  name: string
): Promise<boolean> {
  return (await sql`select from pg_namespace where nspname = ${name}`).length > 0
}

/** A new schema grants nothing to PUBLIC. */
export async function createSchema(transaction: postgres.TransactionSql, name: string): Promise<void> {
  await transaction`create schema if not exists ${transaction(name)}`
}

/** Drops a schema, if it exists, with everything in it. */
export async function dropSchema(transaction: postgres.TransactionSql, name: string): Promise<void> {
  await transaction`drop schema if exists ${transaction(name)} cascade`
}
