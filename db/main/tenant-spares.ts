import { and, asc, eq, type SQL } from 'drizzle-orm'
import type postgres from 'postgres'
import { query, rendered, type Named } from '../statement.js'
import { MAIN_SERVER, tenantSpares } from './schema.js'

const { database_name, server, template, created_at } = tenantSpares

export type Spare = Pick<typeof tenantSpares.$inferSelect, 'database_name' | 'server' | 'template'>

/** Deletes the oldest spare that meets the condition and that no other transaction has locked. */
const take = (condition: SQL) => {
  const oldest = query
    .select({ database_name })
    .from(tenantSpares)
    .where(condition)
    .orderBy(asc(created_at))
    .limit(1)
    .for('update', { skipLocked: true })
  return query.delete(tenantSpares).where(eq(database_name, oldest)).returning({ database_name })
}

const claim = rendered((named: Named<{ template: string }>) =>
  take(and(eq(server, MAIN_SERVER), eq(template, named.template)) as SQL)
)
const add = rendered((spare: Named<Spare>) =>
  query
    .insert(tenantSpares)
    .values({ database_name: spare.database_name, server: spare.server, template: spare.template })
)
const list = rendered((named: Named<{ server: string }>) =>
  query
    .select({ database_name, server, template })
    .from(tenantSpares)
    .where(eq(server, named.server))
    .orderBy(asc(created_at))
)
const remove = rendered((named: Named<{ database: string }>) => take(eq(database_name, named.database)))

/**
 * Claims the oldest spare of a template on the main server, skipping those that other transactions are claiming. The
 * record is deleted when the transaction commits.
 */
export async function claimSpare(
  transaction: postgres.TransactionSql,
  template: string
): Promise<string | undefined> {
  const [spare] = await claim(transaction, { template })
  return spare?.database_name
}

/** Records a complete database as a spare. */
export async function addSpare(client: postgres.Sql, spare: Spare): Promise<void> {
  await add(client, spare)
}

/** The spares of a server, oldest first. */
export async function listSpares(client: postgres.Sql, server: string): Promise<Spare[]> {
  return list(client, { server })
}

/** Deletes the record of a spare; false if another transaction is claiming it, or has. */
export async function removeSpare(client: postgres.Sql, database: string): Promise<boolean> {
  return (await remove(client, { database })).length > 0
}
