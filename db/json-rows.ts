import { getTableColumns, sql, type SQLWrapper } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { bare } from './statement.js'

/** Expands one parameter, a JSON array, into rows of a table, for use in a FROM. */
export function rowsOf(table: PgTable, json: SQLWrapper) {
  const columns = Object.values(getTableColumns(table)) as PgColumn[]
  const types = columns.map((column) => sql`${bare(column)} ${sql.raw(column.getSQLType())}`)
  return sql`jsonb_to_recordset(${json}::text::jsonb) as ${table} (${sql.join(types, sql`, `)})`
}

/** Reads a row that PostgreSQL turned into JSON, in which times (`…_at`) are formatted differently from result rows. */
export function fromJson<Row extends object>(row: Record<string, unknown>): Row {
  const times = Object.entries(row).filter(
    ([name, value]) => name.endsWith('_at') && typeof value === 'string'
  )
  // A time that no Date can hold is kept as it is.
  const decoded = times.map(([name, value]) => {
    const moment = new Date(value as string)
    return [name, Number.isNaN(moment.getTime()) ? value : moment.toISOString()]
  })
  return { ...row, ...Object.fromEntries(decoded) } as Row
}
