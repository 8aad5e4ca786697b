import { getTableConfig } from 'drizzle-orm/pg-core'
import { quoteName } from '../quote.js'
import type { TenantTables } from './schema.js'

export type TenantTableNames = Record<keyof TenantTables, string>

/** The tables' quoted, where needed qualified, names for statements that are written as text. */
export function tableNames(tables: TenantTables): TenantTableNames {
  const nameOf = (table: TenantTables[keyof TenantTables]) => {
    const { schema, name } = getTableConfig(table)
    return schema === undefined ? quoteName(name) : `${quoteName(schema)}.${quoteName(name)}`
  }
  return {
    files: nameOf(tables.files),
    documents: nameOf(tables.documents),
    pendingObjects: nameOf(tables.pendingObjects),
    outbox: nameOf(tables.outbox),
    idempotencyKeys: nameOf(tables.idempotencyKeys),
    usage: nameOf(tables.usage),
    usageChanges: nameOf(tables.usageChanges)
  }
}
