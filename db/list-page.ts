import { and, asc, desc, not, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { pageWithTotal } from './page-with-total.js'
import { bare, type Named } from './statement.js'

/**
 * The default page size plus one row, which shows whether there is another page. Most requests use it, so it is a
 * literal in the statement: for a LIMIT parameter PostgreSQL assumes a tenth of the table, never settles on a generic
 * plan and plans every time, which takes as long as reading the page.
 * https://www.postgresql.org/docs/current/sql-prepare.html
 */
export const USUAL_LIMIT = 21

/** Filtered lists, and lists without a counter, are counted up to this number. */
export const COUNT_CAP = 10_000

/**
 * How many rows are scanned, in the order of the list, to fill a page with matches: after a count, which has already
 * taken its time, and without one. If these rows do not fill a page, matches are rare, and all of them are sorted
 * instead.
 */
const WALKED_AFTER_COUNT = 20_000
const WALKED = 2_000

/** What a list contains. */
export interface ListSource {
  /** A table, or anything else that can follow FROM. */
  from: SQLWrapper
  /** The alias by which `where` refers to its columns. */
  as: PgTable
  /** The condition for the rows of the list; undefined: all rows. */
  where: SQL | undefined
  /** The number of all rows, used for lists without conditions. */
  count: SQLWrapper
}

export type Paging = Partial<Named<{ afterValue: string; afterId: string; offset: number; limit: number }>>

interface WantedPage extends Paging {
  column: { name: string }
  columns: readonly { name: string }[]
  descending: boolean
  counted: boolean
}

const id = sql.identifier('id')

/** The statement for one page and, if it is counted, its total; see `pageWithTotal` for an empty page. */
export function writePage<Row>(source: ListSource, page: WantedPage): SQL<Row> {
  const { from, as, where, count } = source
  const columns = bare(...page.columns)
  const order = bare(page.column)
  const inOrder = page.descending ? desc : asc
  const { afterValue, afterId, limit = USUAL_LIMIT, offset } = page
  const comparison = page.descending ? sql`<` : sql`>`
  const after = afterValue && sql`(${order}, ${id}) ${comparison} (${afterValue}, ${afterId})`
  const sorted = sql`order by ${inOrder(order)}, ${inOrder(id)}`
  const cut = sql`${sorted} limit ${limit}${offset && sql` offset ${offset}`}`
  const lastly = sql`page.${inOrder(order)}, page.${inOrder(id)}`

  if (where === undefined) {
    const rows = sql<Row>`select ${columns} from ${from} ${as} where ${after ?? sql`true`} ${cut}`
    return page.counted ? pageWithTotal(sql`(select ${count} as count)`, sql<Row>`(${rows})`, lastly) : rows
  }

  // Only keys are collected and sorted: whole rows would not fit into memory.
  const keys = sql`${id}, ${order}`
  const many = page.counted ? sql`(select count from total) > ${COUNT_CAP}` : undefined
  const walkable = page.counted ? WALKED_AFTER_COUNT : WALKED
  const walked = sql`walked as materialized (
      select ${keys} from (
        select * from ${from} ${as} where ${and(sql`true`, many, after)} ${sorted} limit ${walkable}
      ) ${as} where ${where} ${cut}
    )`
  const isFull = sql`(select count(*) from walked) = ${limit}`
  // OFFSET 0 keeps PostgreSQL from scanning the index of the order again, which it prefers if it expects many matches.
  const all = sql`(select ${keys} from (
      select ${keys} from ${from} ${as} where ${and(many, not(isFull), where, after)} offset 0
    ) found ${cut})`
  const frequent = sql`select ${keys} from walked where ${isFull} union all ${all}`
  const rowsOf = (
    found: SQL
  ) => sql<Row>`select ${columns} from (select ${id} as found from (${found}) chosen) keys
      join ${from} ${as} on ${as}.${id} = keys.found`

  if (many === undefined)
    return sql<Row>`with ${walked} select * from (${rowsOf(frequent)}) page order by ${lastly}`
  const few = sql`(select ${keys} from matching where ${and(not(many), after)} ${cut})`
  return sql<Row>`with matching as materialized (
      select ${keys} from ${from} ${as} where ${where} limit ${COUNT_CAP + 1}
    ), total as materialized (select count(*) as count from matching), ${walked}
    ${pageWithTotal(sql`total`, sql<Row>`(${rowsOf(sql`${few} union all ${frequent}`)})`, lastly)}`
}
