import type postgres from 'postgres'

/**
 * Keeps a tenant from being purged until the transaction ends.
 * @throws when that has begun, or the tenant is gone
 */
export async function holdTenant(transaction: postgres.TransactionSql, id: string): Promise<void> {
  const held = await transaction`select from tenants where id = ${id} and status <> 'purging' for share`
  if (held.length === 0) throw new Error(`The tenant ${id} is gone, or is being removed`)
}
