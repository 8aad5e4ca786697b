import { dataOf, type Sent } from './api.js'
import type { components } from './schema.js'

/** One page of a list. */
export interface Page<Item> {
  items: Item[]
  pagination: components['schemas']['Pagination']
}

type Answer<Item> = Promise<Sent<{ data: Page<Item> }>>

/**
 * The items of a list with cursors, page after page; each page is requested when all items of the previous one are
 * taken.
 * @param getPage requests the page at a cursor, or the first page without one
 */
export async function* byCursor<Item>(
  getPage: (position: { cursor?: string }) => Answer<Item>
): AsyncGenerator<Item, void, undefined> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: Page<Item> = await dataOf(getPage(cursor === undefined ? {} : { cursor }))
    yield* page.items
    cursor = page.pagination.next_cursor ?? null
  }
}

/** The items of a list without cursors. @param getPage requests a page by its number, from 1 */
export async function* byPage<Item>(
  getPage: (position: { page: number }) => Answer<Item>
): AsyncGenerator<Item, void, undefined> {
  for (let page = 1, pages = 1; page <= pages; page++) {
    const { items, pagination } = await dataOf(getPage({ page }))
    yield* items
    pages = pagination.pages
  }
}
