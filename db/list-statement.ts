import { and, asc, desc, not, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { pageWithTotal } from './page-with-total.js'
import { bare, rendered, type Client, type Named, type Statement } from './statement.js'

/** The values with which a page ended; the next page starts after them. */
export interface Position {
  value: string
  id: string
}

/** Where a page starts: at an offset, or after the last row of the previous page. */
export type PageStart = { offset: number } | { after: Position }

/**
 * The limit of a page of the default size, plus the row that shows whether there is another page. These pages are asked
 * for most, so the number is part of the text: for a limit in a parameter, PostgreSQL expects a tenth of the table and
 * never settles on a plan, so it plans every time, which takes as long as reading the page.
 * https://www.postgresql.org/docs/current/sql-prepare.html
 */
const USUAL_LIMIT = 21

/** Filtered lists are counted up to here. */
export const COUNT_CAP = 10_000

/** A column, or the name of one. */
type Name = { name: string }

/** What a list contains. */
export interface ListSource {
  /** A table, or anything else that can follow FROM. */
  from: SQLWrapper
  /** The condition for the rows of the list; undefined: all rows. */
  where: SQL | undefined
  /** The number of all rows, used for lists without conditions. */
  count: SQLWrapper
}

export interface ListPage<Filter> {
  filter: Filter
  column: Name
  descending: boolean
  start: PageStart
  limit: number
}

/**
 * Pages of a list with their totals, which are counted up to `COUNT_CAP`. The text depends only on the order and on
 * which values are given, so few different statements are rendered and PostgreSQL sees few.
 * @param columns must include `id` and the columns that lists are ordered by
 * @param write receives a parameter for each value of the filter that is not undefined
 */
export function createList<Filter extends object, Item extends { id: string }>(
  columns: readonly Name[],
  write: (given: Partial<Named<Filter>>) => ListSource
) {
  const statements = new Map<string, Statement<Values, Row<Item>>>()

  function statementOf(column: Name, descending: boolean, given: string[]): Statement<Values, Row<Item>> {
    const key = [column.name, descending, ...given].join(' ')
    const known = statements.get(key)
    if (known !== undefined) return known
    const parameters = Object.fromEntries(given.map((name) => [name, sql.placeholder(name)]))
    const page: Paging = parameters
    const source = write(parameters as Partial<Named<Filter>>)
    const statement = rendered<Values, Row<Item>>(
      () => writePage(bare(...columns), source, { order: bare(column), descending, ...page }),
      // Each value can match a different number of rows.
      { prepare: source.where === undefined }
    )
    statements.set(key, statement)
    return statement
  }

  return async (client: Client, page: ListPage<Filter>): Promise<{ items: Item[]; total: number }> => {
    const { filter, column, descending, start, limit } = page
    const wanted = {
      ...filter,
      ...('after' in start && { afterValue: start.after.value, afterId: start.after.id }),
      ...('offset' in start && start.offset > 0 && { offset: start.offset }),
      ...(limit !== USUAL_LIMIT && { limit })
    }
    const values = wanted as Values
    const given = Object.keys(values).filter((name) => values[name] !== undefined)
    // Each item keeps the total: copying twenty rows without it takes longer than reading them.
    const rows = await statementOf(column, descending, given)(client, values)
    const isEmpty = (rows[0]?.id as string | null | undefined) == null
    return { items: isEmpty ? [] : rows, total: rows[0]?.total ?? 0 }
  }
}

type Row<Item> = Item & { total: number }
type Values = Record<string, string | number | undefined>
type Paging = Partial<Named<{ afterValue: string; afterId: string; offset: number; limit: number }>>

/**
 * The statement for one page and its total. Without conditions it walks the index of the order. With conditions it
 * first looks up the matching rows, at most one more than are counted. If there are few, they are sorted; if there are
 * more, they are frequent enough to be found soon by walking the index. See `pageWithTotal` for an empty page.
 */
function writePage<Item>(
  columns: SQL,
  { from, where, count }: ListSource,
  page: Paging & { order: SQL; descending: boolean }
): SQL<Row<Item>> {
  const { order, descending, afterValue, afterId, offset, limit = USUAL_LIMIT } = page
  const id = sql.identifier('id')
  const inOrder = descending ? desc : asc
  const comparison = descending ? sql`<` : sql`>`
  const after = afterValue && sql`(${order}, ${id}) ${comparison} (${afterValue}, ${afterId})`
  const cut = sql`order by ${inOrder(order)}, ${inOrder(id)} limit ${limit}${offset && sql` offset ${offset}`}`
  const ordered = sql`page.${inOrder(order)}, page.${inOrder(id)}`
  const rows = (...conditions: (SQL | undefined)[]) => sql`where ${and(sql`true`, ...conditions)} ${cut}`

  if (where === undefined) {
    return pageWithTotal(
      sql`(select ${count} as count)`,
      sql<Item>`(select ${columns} from ${from} ${rows(after)})`,
      ordered
    )
  }
  const many = sql`(select count from total) > ${COUNT_CAP}`
  const few = sql`(select ${columns} from matching ${rows(not(many), after)})`
  const frequent = sql`(select ${columns} from ${from} ${rows(many, where, after)})`
  return sql`with matching as materialized (
      select ${columns} from ${from} where ${where} limit ${COUNT_CAP + 1}
    ), total as materialized (select count(*) as count from matching)
    ${pageWithTotal(sql`total`, sql<Item>`(${few} union all ${frequent})`, ordered)}`
}
