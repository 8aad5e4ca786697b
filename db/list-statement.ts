import { and, asc, desc, not, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { pageWithTotal } from './page-with-total.js'
import { bare, rendered, type Client, type Named, type Statement } from './statement.js'

/** The values that a page ended with: the next one starts after them. */
export interface Position {
  value: string
  id: string
}

/** Where a page begins: at an offset, or after the previous page's last row. */
export type PageStart = { offset: number } | { after: Position }

/**
 * The limit of a page of the default size, with the row that tells whether there is another. The first pages of that
 * size are what is asked for most, so this number stands in the text itself: of a limit that is a parameter PostgreSQL
 * expects a tenth of the table, takes no plan for good, and plans each time, which takes as long as the reading.
 * https://www.postgresql.org/docs/current/sql-prepare.html
 */
const USUAL_LIMIT = 21

/** With filters, counting stops here. */
export const COUNT_CAP = 10_000

/** A column, or another by its name. */
type Name = { name: string }

/** What a list is of. */
export interface ListSource {
  /** A table, or what else can stand after FROM. */
  from: SQLWrapper
  /** What holds for the rows that are wanted; undefined: all rows. */
  where: SQL | undefined
  /** The number of all rows, for lists without conditions. */
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
 * Pages of a list with their totals; what is more than `COUNT_CAP` is not counted to its end. The text depends only on
 * the order and on which values are given, so that few different statements are rendered and PostgreSQL sees few.
 * @param columns `id` and what lists are ordered by are among them
 * @param write is given a parameter for each value of the filter that is not undefined
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
      // How many rows match is different for each value.
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
    // Each item still has the total: copying twenty rows without it takes longer than the rest of reading them.
    const rows = await statementOf(column, descending, given)(client, values)
    const isEmpty = (rows[0]?.id as string | null | undefined) == null
    return { items: isEmpty ? [] : rows, total: rows[0]?.total ?? 0 }
  }
}

type Row<Item> = Item & { total: number }
type Values = Record<string, string | number | undefined>
type Paging = Partial<Named<{ afterValue: string; afterId: string; offset: number; limit: number }>>

/**
 * The statement of one page and its total. Without conditions, it walks the index of the order. With them, the
 * matching rows are looked up first, at most one more than are counted: few of them are sorted as they are; where
 * there are more, matching rows are frequent enough to be met soon on a walk along the order.
 * See `pageWithTotal` for an empty page.
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
