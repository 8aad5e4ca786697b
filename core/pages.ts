import { NIL_UUID } from './uuid.js'

/**
 * Yields everything that `load` returns, page by page, so that any number of rows takes little memory. A row that
 * changes meanwhile is neither repeated nor left out.
 * @param load returns at most `limit` rows whose keys come after `after`, in the order of their keys
 * @param before a key that comes before all others
 */
export async function* inPages<Row, Key>(
  load: (after: Key, limit: number) => Promise<Row[]>,
  keyOf: (row: Row) => Key,
  before: Key,
  limit = 500
): AsyncGenerator<Row> {
  let after = before
  for (;;) {
    const page = await load(after, limit)
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < limit) return
    after = keyOf(last)
  }
}

/** The same for rows with a UUID as their `id`, in the order of their ids. */
export const inPagesById = <Row extends { id: string }>(
  load: (afterId: string, limit: number) => Promise<Row[]>
): AsyncGenerator<Row> => inPages(load, ({ id }) => id, NIL_UUID)
