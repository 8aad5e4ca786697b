import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { Query } from './statement.js'

/** A page of rows with the total number of rows, read by one statement. */
export interface PageWithTotal<Row> {
  items: Row[]
  total: number
}

/**
 * Reads a page together with the total. An empty page still returns one row, in which only the total is set.
 * @param total a query with one column `count`
 * @param order SQL that names the columns of `page`
 */
export const pageWithTotal = <Row>(total: SQLWrapper, page: Query<Row>, order: SQL) =>
  sql<Row & { total: number }>`select total.count as total, page.* from ${total} total
    left join ${page} page on true order by ${order}`

/** @param key a column that is never null in a row of the page */
export function readPage<Row extends object>(
  rows: (Row & { total: number })[],
  key: keyof Row
): PageWithTotal<Row> {
  const items = rows.filter((row) => row[key] !== null).map(({ total, ...row }) => row as unknown as Row)
  return { items, total: rows[0]?.total ?? 0 }
}
