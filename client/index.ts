import createClient, { type Client, type ClientOptions } from 'openapi-fetch'
import type { components, paths } from './schema.js'

/** The schemas of the API by name, such as `Schemas['Document']`. */
export type Schemas = components['schemas']

export type ApiClient = Client<paths>

/**
 * A client whose paths, parameters, bodies and answers are typed by openapi.yaml.
 * @param baseUrl without a slash at the end
 * @param token the access token that is sent with every request
 * @param options for every `fetch`
 */
export function createApiClient(baseUrl: string, token?: string, options: ClientOptions = {}): ApiClient {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return createClient<paths>({ ...options, baseUrl, headers })
}

/**
 * For `bodySerializer`, where a body is a form: `POST` of documents with `{ body: { file, filename }, bodySerializer:
 * toForm }`. What is undefined is left out.
 */
export function toForm(body: object): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(body) as [string, string | Blob | undefined][])
    if (value !== undefined) form.append(name, value)
  return form
}
