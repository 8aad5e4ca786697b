import { sql } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import { USUAL_LIMIT, writePage, type ListSource, type Paging } from './list-page.js'
import { rendered, type Client, type Named, type Statement } from './statement.js'

export { COUNT_CAP, type ListSource } from './list-page.js'

/** The sort values of a page's last row; the next page starts after them. */
export interface Position {
  value: string
  id: string
}

/** Where a page starts: at an offset, or after the last row of the previous page. */
export type PageStart = { offset: number } | { after: Position }

/** A column, or its name. */
type Name = { name: string }

export interface ListPage<Filter> {
  filter: Filter
  column: Name
  descending: boolean
  start: PageStart
  limit: number
  /** Whether to count the matches (the default). Without the count, filters with many matches answer sooner. */
  counted?: boolean | undefined
  /** Which columns to read; all by default. */
  columns?: readonly Name[] | undefined
}

/** Rendered statements that are cached; filters can be combined in more ways than clients use. */
const KEPT_STATEMENTS = 1000

/**
 * Pages of a list with their totals, which are counted up to `COUNT_CAP`. The text depends only on the order, the
 * columns and which values are given, so there are few different statements to render and plan.
 * @param all columns; must include `id` and the columns that lists are ordered by
 * @param write receives a parameter for each value of the filter that is not undefined
 */
export function createList<Filter extends object, Item extends { id: string }>(
  all: readonly Name[],
  write: (given: Partial<Named<Filter>>) => ListSource
) {
  const statements = new LRUCache<string, Statement<Values, Row<Item>>>({ max: KEPT_STATEMENTS })

  function statementOf(
    { column, columns = all, descending, counted = true }: ListPage<Filter>,
    given: string[]
  ): Statement<Values, Row<Item>> {
    const names = columns === all ? [] : columns.map(({ name }) => name)
    const key = [column.name, descending, counted, ...given, ':', ...names].join(' ')
    const known = statements.get(key)
    if (known !== undefined) return known
    const parameters = Object.fromEntries(given.map((name) => [name, sql.placeholder(name)]))
    const paging: Paging = parameters
    const source = write(parameters as Partial<Named<Filter>>)
    const statement = rendered<Values, Row<Item>>(
      () => writePage<Row<Item>>(source, { ...paging, column, columns, descending, counted }),
      // Not prepared: each value can match a different number of rows, and connections would keep a statement for each
      // choice of columns.
      { prepare: source.where === undefined && columns === all }
    )
    statements.set(key, statement)
    return statement
  }

  /** @returns total: null if it was not counted */
  return async (client: Client, page: ListPage<Filter>): Promise<{ items: Item[]; total: number | null }> => {
    const { filter, start, limit, counted = true } = page
    const wanted = {
      ...filter,
      ...('after' in start && { afterValue: start.after.value, afterId: start.after.id }),
      ...('offset' in start && start.offset > 0 && { offset: start.offset }),
      ...(limit !== USUAL_LIMIT && { limit })
    }
    const values = wanted as Values
    const given = Object.keys(values).filter((name) => values[name] !== undefined)
    // Each item keeps its `total` field: copying twenty rows without it takes longer than reading them.
    const rows = await statementOf(page, given)(client, values)
    const isEmpty = (rows[0]?.id as string | null | undefined) == null
    return { items: isEmpty ? [] : rows, total: counted ? (rows[0]?.total ?? 0) : null }
  }
}

type Row<Item> = Item & { total: number }
type Values = Record<string, string | number | undefined>
