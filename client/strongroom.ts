import { createApi, dataOf } from './api.js'
import { createAuth } from './auth.js'
import { createDocuments } from './documents.js'
import { createEvents } from './events.js'
import { createExports } from './exports.js'
import { createFolders } from './folders.js'
import { createSend, type Transport } from './send.js'
import { Session, type Tokens } from './session.js'
import { createTenants } from './tenants.js'
import { createUploads } from './uploads.js'

export interface StrongroomOptions {
  /** The URL of the server, such as `https://documents.example.com`. */
  url: string
  /** A key of a service account, instead of a log-in. The client then never logs in or refreshes. */
  apiKey?: string
  /** With a key: your product's user on whose behalf the client acts. It is recorded, and grants nothing. */
  onBehalfOf?: string
  /** The tokens of an existing session. */
  tokens?: Tokens
  /** Called with every new pair of tokens, so that you can keep it, and with undefined when the session is over. */
  onTokens?: (tokens: Tokens | undefined) => void
  /**
   * The device token of the last log-in on this device. With it, strangers' guesses cannot lock the account out here.
   */
  deviceToken?: string
  /** Called with the device token of every log-in. Keep it longer than the session, in `localStorage` for example. */
  onDeviceToken?: (deviceToken: string) => void
  /** Attempts after the first, for requests that may be repeated (4 by default). */
  retries?: number
  /** The most milliseconds that the client waits before a retry (30,000 by default). */
  maxRetryDelay?: number
  /** Sends a request; `fetch` by default. */
  fetch?: Transport
}

export type Strongroom = ReturnType<typeof createStrongroom>

/**
 * A client of a Strongroom server, for one session at a time, or for the key of a service account.
 * @throws {TypeError} with both a key and tokens, or with `onBehalfOf` and no key
 */
export function createStrongroom(options: StrongroomOptions) {
  const {
    retries = 4,
    maxRetryDelay = 30_000,
    onTokens = () => undefined,
    onDeviceToken = () => undefined
  } = options
  refuseContradictions(options)
  const policy = { retries, maxRetryDelay }
  const baseUrl = options.url.replace(/\/$/, '')
  const fetch = options.fetch ?? ((request: Request) => globalThis.fetch(request))

  // A refresh may be retried: for 10 seconds, the server gives the same answer to the same refresh token.
  const sendBare = createSend(fetch, undefined, policy)
  const bare = createApi(baseUrl, (makeRequest) => sendBare(makeRequest, { isSafe: true }))
  const renew = (refreshToken: string): Promise<Tokens> =>
    dataOf(bare.POST('/api/auth/refresh', { body: { refresh_token: refreshToken } }))
  const session = new Session(options.tokens, renew, onTokens)
  const send = createSend(fetch, session, policy, options)
  const api = createApi(baseUrl, send)
  return {
    /** Every operation, typed, with the same token, refresh and retries. `dataOf` returns the data of an answer. */
    api,
    auth: createAuth(api, session, { token: options.deviceToken, onToken: onDeviceToken }),
    tenants: createTenants(api),
    documents: createDocuments(api, baseUrl, send, policy),
    folders: createFolders(api),
    exports: createExports(api),
    events: createEvents(api, baseUrl, send, policy),
    uploads: createUploads(api, baseUrl, send, policy)
  }
}

function refuseContradictions({ apiKey, tokens, onBehalfOf }: StrongroomOptions): void {
  if (apiKey !== undefined && tokens !== undefined) throw new TypeError('Give either apiKey or tokens')
  if (apiKey === undefined && onBehalfOf !== undefined) throw new TypeError('onBehalfOf needs an apiKey')
}
