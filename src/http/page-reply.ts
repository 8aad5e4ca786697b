import type { FastifyReply, FastifyRequest } from 'fastify'
import { MAX_PAGE, toPagination, type PageRequest } from '../schemas/pagination.js'
import { settingsOf } from './settings.js'

/** A page of a list, as services give it. */
interface Page<Item> {
  items: Item[]
  total: number
  totalCapped?: boolean
  /** null on the last page; undefined where a list has no cursors. */
  nextCursor?: string | null
}

type ListRequest = Pick<FastifyRequest, 'url' | 'server'> & { query: PageRequest }

/** The body of an answer with a page. If another page can be asked for, the header Link gets its URL (RFC 8288). */
export function pageReply<Item>(request: ListRequest, reply: FastifyReply, page: Page<Item>) {
  const { items, total, nextCursor, totalCapped } = page
  const pagination = toPagination(request.query, total, nextCursor, totalCapped)
  const next =
    nextCursor === undefined ? pagination.page < Math.min(pagination.pages, MAX_PAGE) : nextCursor !== null
  if (next) void reply.header('link', `<${nextUrl(request, nextCursor)}>; rel="next"`)
  return { success: true as const, data: { items, pagination } }
}

/** The URL of the next page: the request's, with another page or cursor; without PUBLIC_URL, only path and query. */
function nextUrl({ url, query, server }: ListRequest, cursor: string | null | undefined): string {
  const { publicUrl = '' } = settingsOf(server).http
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  searchParams.delete('page')
  if (cursor) searchParams.set('cursor', cursor)
  else searchParams.set('page', String(query.page + 1))
  return `${publicUrl}${pathname}?${searchParams.toString()}`
}
