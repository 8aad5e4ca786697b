import { Type, type TSchema } from '@sinclair/typebox'

/** The last page that can be asked for. */
export const MAX_PAGE = 1_000_000

/** Query parameters of every list. */
export const PageQuery = {
  page: Type.Integer({
    minimum: 1,
    maximum: MAX_PAGE,
    default: 1,
    description: 'The page number, starting at 1',
    examples: [1]
  }),
  per_page: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 20,
    description: 'The number of items per page',
    examples: [20]
  })
}

/** For lists that support cursors. */
export const CursorQuery = {
  cursor: Type.Optional(
    Type.String({
      maxLength: 3000,
      description: 'The `next_cursor` of the previous page. Keep the filters and the sort order the same',
      examples: ['WyJhIiwiYiJd']
    })
  )
}

/** For lists whose items the client may leave uncounted. */
export const CountedQuery = {
  total: Type.Boolean({
    default: true,
    description:
      'Whether to count the items. If not, there are at least `total` items, and `total_capped` says whether there may ' +
      'be more',
    examples: [true]
  })
}

export const Pagination = Type.Object(
  {
    page: Type.Integer({ examples: [1] }),
    per_page: Type.Integer({ examples: [20] }),
    total: Type.Integer({ description: 'The number of items on all pages', examples: [57] }),
    pages: Type.Integer({ examples: [3] }),
    total_capped: Type.Optional(
      Type.Literal(true, { description: 'Present if there may be more items than were counted' })
    ),
    next_cursor: Type.Union([Type.String(), Type.Null()], {
      description:
        'Send it as `cursor` to get the next page; null on the last page, and in lists without cursors',
      examples: ['WyJhIiwiYiJd']
    })
  },
  { title: 'Pagination' }
)

/** For the description of a page. */
export const NextPage = {
  link: Type.String({
    description: 'The URL of the next page, as `<…>; rel="next"` (RFC 8288); absent on the last page',
    examples: ['</api/tenants?page=2>; rel="next"']
  })
}

/** The data of a list: a page of items, and its position. @param title its title in openapi.yaml */
export const PageOf = <Item extends TSchema>(item: Item, title = `${String(item.title)}Page`) =>
  Type.Object({ items: Type.Array(item), pagination: Pagination }, { title })

export interface PageRequest {
  page: number
  per_page: number
}

export const toPageNumber = ({ page, per_page }: PageRequest) => ({
  limit: per_page,
  offset: (page - 1) * per_page
})

export function toPagination(
  { page, per_page }: PageRequest,
  total: number,
  nextCursor: string | null = null,
  totalCapped = false
) {
  const pages = Math.ceil(total / per_page)
  const capped = totalCapped ? { total_capped: true as const } : {}
  return { page, per_page, total, pages, ...capped, next_cursor: nextCursor }
}
