import { getTableColumns, sql, type SQLWrapper } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { bare } from './statement.js'

/** The rows of a table that stand as a JSON array in a parameter, for a FROM: any number of them in one statement. */
export function rowsOf(table: PgTable, json: SQLWrapper) {
  const columns = Object.values(getTableColumns(table)) as PgColumn[]
  const types = columns.map((column) => sql`${bare(column)} ${sql.raw(column.getSQLType())}`)
  return sql`jsonb_to_recordset(${json}::text::jsonb) as ${table} (${sql.join(types, sql`, `)})`
}

/** Reads a row that PostgreSQL made JSON of: its times (`…_at`) are in another form there than in rows. */
export function fromJson<Row extends object>(row: Record<string, unknown>): Row {
  const times = Object.entries(row).filter(
    ([name, value]) => name.endsWith('_at') && typeof value === 'string'
  )
  // What no Date can hold stays as it is.
  const decoded = times.map(([name, value]) => {
    const moment = new Date(value as string)
    return [name, Number.isNaN(moment.getTime()) ? value : moment.toISOString()]
  })
  return { ...row, ...Object.fromEntries(decoded) } as Row
}
