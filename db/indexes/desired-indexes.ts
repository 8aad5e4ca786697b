import { createHash } from 'node:crypto'
import { is, SQL } from 'drizzle-orm'
import { getTableConfig, PgDialect, PgTable, type IndexedColumn } from 'drizzle-orm/pg-core'
import * as mainSchema from '../main/schema.js'
import type { MigrationTarget } from '../migration-target.js'
import { quoteName } from '../quote.js'
import { createTenantTables } from '../tenant/schema.js'

/**
 * An index that a table should have: each `index()` of the schema, needed only for speed, and each `uniqueIndex()`,
 * without which a trigger refuses values that must be unique.
 */
export interface DesiredIndex {
  name: string
  table: string
  create: 'create index' | 'create unique index'
  /** What follows `CREATE [UNIQUE] INDEX [CONCURRENTLY]`, in a session whose `search_path` leads to the table. */
  definition: string
}

/** What drizzle-orm records of `.asc()`, `.nullsFirst()`, `.op()` and the like. */
interface PgIndexConfig {
  order: string
  nulls: string
  opClass: string
}

const dialect = new PgDialect()
const TABLES: Record<MigrationTarget, () => object> = { main: () => mainSchema, tenant: createTenantTables }
const known = new Map<MigrationTarget, DesiredIndex[]>()

/**
 * The indexes that a target's tables should have. They are matched by name, so a changed index needs a new name. A
 * database counts as up to date even without them; see `buildIndexes`.
 */
export function desiredIndexes(target: MigrationTarget): DesiredIndex[] {
  let indexes = known.get(target)
  if (indexes === undefined) {
    const tables = Object.values(TABLES[target]()).filter((table) => is(table, PgTable))
    indexes = tables.flatMap(indexesOf)
    known.set(target, indexes)
  }
  return indexes
}

/** A hash of the indexes that a target should have; it changes when any of them does. */
export function indexesVersion(target: MigrationTarget): string {
  const definitions = desiredIndexes(target).map(({ definition }) => definition)
  return createHash('sha256').update(definitions.join()).digest('hex').slice(0, 12)
}

function indexesOf(table: PgTable): DesiredIndex[] {
  const { name: tableName, indexes } = getTableConfig(table)
  return indexes.map(
    ({ config: { name, columns, method = 'btree', where, with: settings = {}, unique } }) => {
      if (name === undefined) throw new Error(`An index of ${tableName} has no name`)
      const keys = columns.map((column) =>
        is(column, SQL) ? textOf(column) : keyOf(column as Partial<IndexedColumn>)
      )
      const options = Object.entries(settings).map(
        ([option, value]) => `${option} = ${value === false ? 'off' : String(value)}`
      )
      const storage = options.length === 0 ? '' : ` with (${options.join(', ')})`
      const condition = where === undefined ? '' : ` where ${textOf(where)}`
      const place = `${quoteName(name)} on ${quoteName(tableName)}`
      return {
        name,
        table: tableName,
        create: unique ? 'create unique index' : 'create index',
        definition: `${place} using ${method} (${keys.join(', ')})${storage}${condition}`
      }
    }
  )
}

function keyOf(column: Partial<IndexedColumn>): string {
  const { name = '', indexConfig = {} } = column
  const { opClass = '', order, nulls } = indexConfig as Partial<PgIndexConfig>
  if (order === 'desc' || nulls === 'first') throw new Error(`The index on ${name} has an order of its own`)
  return `${quoteName(name)} ${opClass}`.trimEnd()
}

/** Renders an expression for an index, where columns must not be qualified with their table. */
function textOf(part: SQL): string {
  const { sql, params } = dialect.sqlToQuery(part, 'indexes')
  if (params.length > 0) throw new Error(`An index cannot have parameters: ${sql}`)
  return sql
}
