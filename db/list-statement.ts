/** The values that a page ended with: the next one starts behind them. */
export interface Position {
  value: string
  id: string
}

/** Where a page begins: so many rows further, or behind where the page before ended. */
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

export interface ListOptions {
  table: string
  /** Columns by their bare names; `id` and `column` are among them. */
  columns: readonly string[]
  /** SQL that holds for the rows that are wanted; none: all. */
  conditions: string[]
  /** SQL of the number of all rows, for lists without conditions. */
  count: string
  column: string
  descending: boolean
  start: PageStart
  limit: number
  /** Adds a parameter and gives its placeholder. */
  bind: (value: string | number) => string
}

/**
 * The statement of one page and its total. Without conditions, it walks the index of the order. With them, the
 * matching rows are looked up first, at most one more than are counted: few of them are sorted as they are; where
 * there are more, matching rows are frequent enough to be met soon on a walk along the order.
 * An empty page still has one row, which carries the total alone. The text depends only on which conditions there
 * are, so that PostgreSQL sees few different statements.
 */
export function listStatement(options: ListOptions): string {
  const { table, conditions, column, start, bind } = options
  const columns = options.columns.join(', ')
  const order = options.descending ? 'desc' : 'asc'
  const comparison = options.descending ? '<' : '>'
  const after =
    'after' in start
      ? [`(${column}, id) ${comparison} (${bind(start.after.value)}, ${bind(start.after.id)})`]
      : []
  const limit = options.limit === USUAL_LIMIT ? USUAL_LIMIT : bind(options.limit)
  const offset = 'offset' in start && start.offset > 0 ? `offset ${bind(start.offset)}` : ''
  const cut = `order by ${column} ${order}, id ${order} limit ${limit} ${offset}`
  const where = (...all: string[]) => `where ${['true', ...all].join(' and ')}`
  const outer = `order by page.${column} ${order}, page.id ${order}`

  if (conditions.length === 0) {
    return `select total.count as total, page.* from (select ${options.count} as count) total
      left join (select ${columns} from ${table} ${where(...after)} ${cut}) page on true ${outer}`
  }
  const many = `(select count from total) > ${COUNT_CAP}`
  return `with matching as materialized (
      select ${columns} from ${table} ${where(...conditions)} limit ${COUNT_CAP + 1}
    ), total as materialized (select count(*) as count from matching)
    select total.count as total, page.* from total left join (
      (select ${columns} from matching ${where(`not ${many}`, ...after)} ${cut})
      union all
      (select ${columns} from ${table} ${where(many, ...conditions, ...after)} ${cut})
    ) page on true ${outer}`
}

/**
 * The items of such a page, and the total; what is more than `COUNT_CAP` was not counted to its end. Each item still
 * has the total: copying twenty rows without it takes longer than the rest of reading them.
 */
export function readList<Item extends { id: string }>(
  rows: (Item & { total: number })[]
): { items: Item[]; total: number } {
  const isEmpty = (rows[0]?.id as string | null | undefined) == null
  return { items: isEmpty ? [] : rows, total: rows[0]?.total ?? 0 }
}
