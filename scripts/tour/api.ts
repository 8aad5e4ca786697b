import { expect } from './expect.js'
import { exchange } from './print.js'

export interface Call {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  token?: string
  json?: unknown
}

/** An answer of the API. */
export interface Answer {
  status: number
  headers: Headers
  /** Of a success. */
  data: unknown
  message: string | undefined
  /** Of a refusal. */
  error: Refusal | undefined
}

export interface Refusal {
  code: string
  message: string
}

/** Speaks JSON with the API, and shows and checks what comes back. */
export class Api {
  constructor(
    /** Without a slash at the end. */
    readonly url: string,
    readonly signal: AbortSignal
  ) {}

  /** @throws when the server cannot be reached, or answers something else than our envelope */
  async send({ method, path, token, json }: Call): Promise<Answer> {
    const headers = new Headers()
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    if (json !== undefined) headers.set('content-type', 'application/json')
    const body = json === undefined ? null : JSON.stringify(json)
    const response = await fetch(this.url + path, {
      method,
      headers,
      body,
      redirect: 'manual',
      signal: this.signal
    })
    return toAnswer(response.status, response.headers, await response.text())
  }

  /** Sends a call that has to succeed. `excerpt` is what is shown of the data: no token, no password. */
  async ok<Data>(call: Call, status: number, excerpt: (data: Data) => object): Promise<Data> {
    return succeeded(call, await this.send(call), status, excerpt)
  }

  /** Sends a call that has to be refused. */
  async refused(call: Call, status: number): Promise<Refusal> {
    const { error, ...answer } = await this.send(call)
    const found =
      error === undefined ? String(answer.status) : `${answer.status} ${error.code}: ${error.message}`
    expect(
      answer.status === status && error !== undefined,
      `${call.method} ${call.path} to be refused with ${status}`,
      found
    )
    exchange(call.method, call.path, status, { code: error.code, message: error.message })
    return { code: error.code, message: error.message }
  }
}

/** Checks that an answer is the success that was expected, and shows an excerpt of it. */
export function succeeded<Data>(
  { method, path }: Pick<Call, 'method' | 'path'>,
  answer: Answer,
  status: number,
  excerpt: (data: Data) => object
): Data {
  const { error } = answer
  const found = error ? `${answer.status} ${error.code}: ${error.message}` : String(answer.status)
  expect(answer.status === status && error === undefined, `${method} ${path} to answer ${status}`, found)
  exchange(
    method,
    path,
    status,
    answer.data === undefined ? { message: answer.message } : excerpt(answer.data as Data)
  )
  return answer.data as Data
}

/** @throws {UnexpectedError} when the text is not our envelope */
export function toAnswer(status: number, headers: Headers, text: string): Answer {
  const body = parse(text)
  const isEnvelope = text === '' || typeof body['success'] === 'boolean'
  expect(
    isEnvelope,
    'an answer of Strongroom, which is JSON with "success"',
    `${status} ${text.slice(0, 200)}`
  )
  const { data, message, error } = body as { data?: unknown; message?: string; error?: Refusal }
  return { status, headers, data, message, error }
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
