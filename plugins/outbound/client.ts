import { Agent, buildConnector, request } from 'undici'
import type { Guard } from './guard.js'
import { createResolve, permittedAddresses, type Resolve } from './resolve.js'
import { problemOfTarget } from './target.js'
import { readBeginning } from './read-beginning.js'
import { reasonOf } from './reasons.js'

export interface OutboundClientOptions {
  guard: Guard
  /** Whether http: is allowed besides https:. */
  allowHttp: boolean
  /** How names are resolved; by default, through the system's DNS servers. */
  resolve?: Resolve
  /** Accepted certificate authorities, in PEM; by default, Node's. */
  ca?: string
}

/** What became of a request. */
export type OutboundAnswer =
  | {
      status: number
      /** Seconds from Retry-After; null if the receiver did not send it. */
      retryAfter: number | null
      /** The beginning of the body; null if it must not be shown. */
      body: string | null
    }
  /** There was no response: `error` says what went wrong, and nothing about our network. */
  | { status: null; error: string }

/** Milliseconds to connect to one address, and for the whole request. */
const CONNECT_MS = 3_000
const REQUEST_MS = 10_000
/** Milliseconds for which an idle connection is kept; few receivers close theirs earlier. */
const KEEP_ALIVE_MS = 1_000
/** One address of each family is enough: the next attempt resolves the name again. */
const ADDRESSES_TRIED = 2

export type OutboundClient = ReturnType<typeof createOutboundClient>

/**
 * Posts to URLs that tenants have chosen. Follows no redirect, uses no proxy, reads only the beginning of the response,
 * and connects only to addresses that the guard permits: it resolves the name, checks all of its addresses, and
 * connects to one of these, so that no second look-up can return another.
 */
export function createOutboundClient({ guard, allowHttp, ca, ...options }: OutboundClientOptions) {
  const { resolve = createResolve(guard) } = options
  const connectTo = buildConnector({ timeout: CONNECT_MS, ...(ca !== undefined && { ca }) })

  function connectToFirst(
    [address = '', ...others]: string[],
    given: buildConnector.Options,
    done: buildConnector.Callback
  ): void {
    connectTo({ ...given, hostname: address }, (error, socket) => {
      if (error === null) done(null, socket)
      else if (others.length === 0) done(error, null)
      else connectToFirst(others, given, done)
    })
  }

  const agent = new Agent({
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: REQUEST_MS,
    bodyTimeout: REQUEST_MS,
    connect(given, done) {
      permittedAddresses(given.hostname, resolve, guard).then(
        (addresses) => connectToFirst(oneOfEachFamily(addresses), given, done),
        (error: unknown) => done(error as Error, null)
      )
    }
  })

  return {
    /** Never rejects. @param signal ends it early */
    async post(
      url: string,
      headers: Record<string, string>,
      body: string,
      signal?: AbortSignal
    ): Promise<OutboundAnswer> {
      const problem = problemOfTarget(new URL(url), { guard, allowHttp })
      if (problem !== null) return { status: null, error: `the URL ${problem}` }
      const deadline = AbortSignal.timeout(REQUEST_MS)
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method: 'POST',
          headers,
          body,
          signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal])
        })
        const text = await readBeginning(answer.body)
        return {
          status: answer.statusCode,
          retryAfter: secondsOf(answer.headers['retry-after']),
          // Tenants must not see the responses of private services.
          body: guard.opensNetworks ? null : text
        }
      } catch (error) {
        return { status: null, error: reasonOf(error) }
      }
    },
    close: () => agent.destroy()
  }
}

function oneOfEachFamily(addresses: string[]): string[] {
  const first = addresses[0] ?? ''
  const other = addresses.find((address) => address.includes(':') !== first.includes(':'))
  return [first, ...(other === undefined ? [] : [other])].slice(0, ADDRESSES_TRIED)
}

/** Retry-After in seconds, from either form (RFC 9110 §10.2.3). */
function secondsOf(header: string | string[] | undefined): number | null {
  const text = Array.isArray(header) ? header[0] : header
  if (text === undefined) return null
  if (/^\d{1,9}$/.test(text)) return Number(text)
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : Math.max(0, Math.ceil((time - Date.now()) / 1000))
}
