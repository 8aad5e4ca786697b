import { Type, type TSchema } from '@sinclair/typebox'

/** Query parameters of every list. */
export const PageQuery = {
  page: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 1,
    description: 'Which page, from 1',
    examples: [1]
  }),
  per_page: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 20,
    description: 'Items on a page',
    examples: [20]
  })
}

/** For lists that support cursors. */
export const CursorQuery = {
  cursor: Type.Optional(
    Type.String({
      maxLength: 3000,
      description: 'The `next_cursor` of the page before; goes with the same filters and sort only',
      examples: ['WyJhIiwiYiJd']
    })
  )
}

export const Pagination = Type.Object(
  {
    page: Type.Integer({ examples: [1] }),
    per_page: Type.Integer({ examples: [20] }),
    total: Type.Integer({ description: 'Items on all pages', examples: [57] }),
    pages: Type.Integer({ examples: [3] }),
    total_capped: Type.Optional(Type.Literal(true, { description: 'More match than were counted' })),
    next_cursor: Type.Union([Type.String(), Type.Null()], {
      description: 'Give it as `cursor` for the next page, where the list takes one; null: there is no more',
      examples: ['WyJhIiwiYiJd']
    })
  },
  { title: 'Pagination' }
)

/** The data of a list: a page of items, and its position. */
export const ListOf = <Item extends TSchema>(item: Item) =>
  Type.Object({ items: Type.Array(item), pagination: Pagination })

interface PageRequest {
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
