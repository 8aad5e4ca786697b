import createClient, { type Client } from 'openapi-fetch'
import { toError } from './errors.js'
import type { paths } from './schema.js'
import type { Send } from './send.js'

/** Every operation of the API, typed by openapi.yaml. */
export type ApiClient = Client<paths>

/** The paths whose POST accepts an Idempotency-Key. */
const TAKES_KEY = new Set(['/api/tenants', '/api/tenants/{tenant_id}/documents'])

/** @param baseUrl without a slash at the end */
export function createApi(baseUrl: string, send: Send): ApiClient {
  const api = createClient<paths>({
    baseUrl,
    fetch: (request) => {
      // A clone buffers in memory what the other copy has read, so only JSON bodies, which are small, can be sent
      // again.
      const isRepeatable = request.body === null || request.headers.get('content-type') === 'application/json'
      return send(() => (isRepeatable ? request.clone() : request), { isRepeatable })
    }
  })
  api.use({
    onRequest: ({ request, schemaPath }) => {
      if (request.method === 'POST' && TAKES_KEY.has(schemaPath) && !request.headers.has('idempotency-key'))
        request.headers.set('idempotency-key', createKey())
    }
  })
  return api
}

/** A new Idempotency-Key. Browsers have no `randomUUID` on pages that were loaded without TLS. */
export function createKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** What a call of the typed client resolves to. */
export interface Sent<Body> {
  data?: Body
  error?: unknown
  response: Response
}

/**
 * The body of a success; undefined if it has none (204).
 * @throws {StrongroomError} for any other answer
 */
export async function bodyOf<Body>(sent: Promise<Sent<Body>>): Promise<Body> {
  const { data, error, response } = await sent
  if (!response.ok) throw toError(response, error)
  return data as Body
}

/**
 * The data of a success: `await dataOf(strongroom.api.GET('/api/users/me'))`; undefined if it has no body (204).
 * @throws {StrongroomError} for any other answer
 */
export async function dataOf<Body extends { data: unknown }>(
  sent: Promise<Sent<Body>>
): Promise<Body['data']> {
  return ((await bodyOf(sent)) as Body | undefined)?.data
}
