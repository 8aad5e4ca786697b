import type { FastifyReply } from 'fastify'
import { createTokenBuckets } from '../../core/concurrency/token-buckets.js'
import { AppError } from '../../core/errors.js'

/** Counts requests; @throws {AppError} TOO_MANY_REQUESTS */
type Count = (reply: FastifyReply, id: string) => void

export interface RequestLimits {
  /** Counts an account's request, before anything is looked up for it. */
  account: Count
  /** Counts a request in a tenant, once the sender is known to be a member. */
  tenant: Count
}

/** Seconds; buckets are refilled continuously, and are full after this long. */
const WINDOW = 1

/**
 * Limits the requests of each account and each tenant, counted per process. Responses report the remaining quota in the
 * fields of https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (-10), one item per limit.
 * @param rates requests per second; null: no limit
 */
export function createRequestLimits(rates: {
  accountRate: number | null
  tenantRate: number | null
}): RequestLimits {
  return { account: limit('account', rates.accountRate), tenant: limit('tenant', rates.tenantRate) }
}

function limit(name: string, rate: number | null): Count {
  if (rate === null) return () => undefined
  const take = createTokenBuckets(rate)
  const policy = `"${name}";q=${rate};w=${WINDOW}`
  return (reply, id) => {
    const { taken, remaining, wait } = take(id)
    add(reply, 'ratelimit-policy', policy)
    add(reply, 'ratelimit', `"${name}";r=${remaining};t=${WINDOW}`)
    if (!taken) throw new AppError('TOO_MANY_REQUESTS', { retryAfter: Math.ceil(wait) })
  }
}

/** Adds an item to a list (RFC 9651 §3.1). */
function add(reply: FastifyReply, field: string, item: string): void {
  const items = reply.getHeader(field)
  void reply.header(field, items === undefined ? item : `${String(items)}, ${item}`)
}
