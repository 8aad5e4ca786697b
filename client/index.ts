import createClient, { type Client } from 'openapi-fetch'
import type { components, paths } from './schema.js'

/** The schemas of the API by name, such as `Schemas['Document']`. */
export type Schemas = components['schemas']

export type ApiClient = Client<paths>

/**
 * A client whose paths, parameters, bodies and answers are typed by openapi.yaml.
 * @param baseUrl without a slash at the end
 * @param token the access token that is sent with every request
 */
export function createApiClient(baseUrl: string, token?: string): ApiClient {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return createClient<paths>({ baseUrl, headers })
}
