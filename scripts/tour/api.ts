import {
  createStrongroom,
  type ApiClient,
  type Schemas,
  type Strongroom,
  type StrongroomOptions
} from '../../client/index.js'
import { expect } from './expect.js'
import { exchange } from './print.js'

/** What the typed client returns for a request. */
interface Sent<Body> {
  data?: Body
  error?: unknown
  response: Response
}

/** An answer of the API, with its request. */
export interface Answer<Body> {
  method: string
  path: string
  status: number
  /** If it succeeded. */
  body: Body | undefined
  /** If it was refused. */
  error: Refusal | undefined
}

export interface Refusal {
  code: string
  message: string
}

/** Sends the typed client's requests, and shows and checks the answers. */
export class Api {
  readonly #requests = new WeakMap<Response, Request>()

  constructor(
    /** Without a trailing slash. */
    readonly url: string,
    readonly signal: AbortSignal
  ) {}

  /**
   * A person's client; without a token, an outsider's. It retries nothing, so that every answer is shown as it came.
   */
  client(token?: string): Strongroom {
    return this.#client(token === undefined ? {} : { tokens: { access_token: token } })
  }

  as(token?: string): ApiClient {
    return this.client(token).api
  }

  /** The client of a program that has a key and acts on behalf of one of its own users. */
  asProgram(apiKey: string, onBehalfOf: string): ApiClient {
    return this.#client({ apiKey, onBehalfOf }).api
  }

  #client(credentials: Pick<StrongroomOptions, 'tokens' | 'apiKey' | 'onBehalfOf'>): Strongroom {
    return createStrongroom({
      url: this.url,
      retries: 0,
      ...credentials,
      fetch: async (request) => {
        const signal = AbortSignal.any([request.signal, this.signal])
        const response = await fetch(request, { redirect: 'manual', signal })
        const type = response.headers.get('content-type') ?? 'nothing'
        expect(/json/.test(type), 'an answer of Strongroom, which is JSON', `${response.status} with ${type}`)
        this.#requests.set(response, request)
        return response
      }
    })
  }

  /** @throws if the server is unreachable, or answers something other than our envelope */
  async answer<Body>(sent: Promise<Sent<Body>>): Promise<Answer<Body>> {
    const { data, error, response } = await sent
    const { method, url } = this.#requests.get(response) as Request
    return toAnswer({ method, path: url.slice(this.url.length) }, response.status, data ?? error)
  }

  /** Checks that the answer is a success. `excerpt` is the part to show: no token, no password. */
  async ok<Body>(sent: Promise<Sent<Body>>, status: number, excerpt: (body: Body) => object): Promise<Body> {
    return succeeded(await this.answer(sent), status, excerpt)
  }

  /** Checks that the answer is a refusal. */
  async refused(sent: Promise<Sent<unknown>>, status: number): Promise<Refusal> {
    const answer = await this.answer(sent)
    const { method, path, error } = answer
    expect(
      answer.status === status && error !== undefined,
      `${method} ${path} to be refused with ${status}`,
      found(answer)
    )
    const { code, message } = error
    exchange(method, path, status, { code, message })
    return { code, message }
  }
}

/** Checks that an answer is the expected success, and shows an excerpt of it. */
function succeeded<Body>(answer: Answer<Body>, status: number, excerpt: (body: Body) => object): Body {
  const { method, path, body } = answer
  expect(
    answer.status === status && body !== undefined,
    `${method} ${path} to answer ${status}`,
    found(answer)
  )
  exchange(method, path, status, excerpt(body))
  return body
}

const found = ({ status, error }: Answer<unknown>) =>
  error === undefined ? String(status) : `${status} ${error.code}: ${error.message}`

/** @throws {UnexpectedError} if the JSON is not our envelope */
function toAnswer<Body>(
  request: { method: string; path: string },
  status: number,
  json: unknown
): Answer<Body> {
  const envelope = json as { success?: unknown } | null | undefined
  expect(typeof envelope?.success === 'boolean', 'JSON with "success"', `${status} ${JSON.stringify(json)}`)
  const isRefusal = !envelope.success
  return {
    ...request,
    status,
    body: isRefusal ? undefined : (json as Body),
    error: isRefusal ? (json as Schemas['ErrorResponse']).error : undefined
  }
}
