import type postgres from 'postgres'

export interface Spare {
  database_name: string
  template: string
}

/** Takes the oldest spare of that template that nobody else is taking; it is gone when the transaction commits. */
export async function claimSpare(
  transaction: postgres.TransactionSql,
  template: string
): Promise<string | undefined> {
  const [spare] = await transaction<Spare[]>`
    delete from tenant_spares where database_name = (
      select database_name from tenant_spares where template = ${template}
      order by created_at limit 1 for update skip locked)
    returning database_name`
  return spare?.database_name
}

/** Puts a complete database on record. */
export async function addSpare(sql: postgres.Sql, spare: Spare): Promise<void> {
  await sql`insert into tenant_spares ${sql({ ...spare })}`
}

export async function listSpares(sql: postgres.Sql): Promise<Spare[]> {
  return sql<Spare[]>`select database_name, template from tenant_spares order by created_at`
}

/** Takes a spare off the record, unless somebody is just taking it. */
export async function removeSpare(sql: postgres.Sql, database: string): Promise<boolean> {
  const removed = await sql`delete from tenant_spares where database_name = (
    select database_name from tenant_spares where database_name = ${database} for update skip locked)`
  return removed.count > 0
}
