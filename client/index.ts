import createClient, { type Client, type ClientOptions } from 'openapi-fetch'
import type { components, paths } from './schema.js'

/** The schemas of the API by name, such as `Schemas['Document']`. */
export type Schemas = components['schemas']

export type ApiClient = Client<paths>

/**
 * A client whose paths, parameters, bodies and answers are typed by openapi.yaml.
 * @param baseUrl without a trailing slash
 * @param token the access token for every request
 * @param options for every `fetch`
 */
export function createApiClient(baseUrl: string, token?: string, options: ClientOptions = {}): ApiClient {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return createClient<paths>({ ...options, baseUrl, headers })
}

/**
 * For `bodySerializer`, if a body is a form: `POST` documents with `{ body: { file, filename }, bodySerializer: toForm
 * }`. Undefined values are left out.
 */
export function toForm(body: object): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(body) as [string, string | Blob | undefined][])
    if (value !== undefined) form.append(name, value)
  return form
}
