import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import type postgres from 'postgres'
import type { Test } from 'tap'
import { buildApp } from '../../src/app.js'
import type { Config } from '../../core/config/config.js'
import { ERRORS, type ErrorCode } from '../../core/errors.js'
import { createLogger, loggerOptions } from '../../core/logger.js'

export type App = Awaited<ReturnType<typeof buildApp>>

/** Shared by all applications of this process, as in production: each logger flushes ten times a second. */
const loggers = new Map<string, FastifyBaseLogger>()

export function quietLogger({ logLevel }: Config, name: string): FastifyBaseLogger {
  const key = `${name} ${logLevel}`
  const logger = loggers.get(key) ?? createLogger(logLevel, name)
  loggers.set(key, logger)
  return logger
}

/** The API on a free port of this machine, closed when the test ends. */
export async function startApi(
  t: Test,
  config: Config,
  logger: FastifyBaseLogger = quietLogger(config, 'api')
): Promise<{ app: App; url: string }> {
  const app = await buildApp(config, logger)
  t.teardown(() => app.close())
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }) }
}

/** Messages of PostgreSQL or Kafka not answering in time, which happens on a busy machine. */
const SLOW =
  /^(cannot receive (access changes|wake-ups)|No Kafka broker is reachable|Kafka is unreachable|Reconnecting to Kafka)/
const isSlowness = ({ msg, err }: Record<string, unknown>) =>
  SLOW.test(String(msg)) || (err as { code?: unknown } | undefined)?.code === 'CONNECT_TIMEOUT'

/** Captures the API's log from this level upwards. `alarms` leaves out the lines that a busy machine causes. */
export function captureLog(level = 'warn'): {
  logger: FastifyBaseLogger
  lines: Record<string, unknown>[]
  alarms: () => Record<string, unknown>[]
} {
  const lines: Record<string, unknown>[] = []
  const alarms = () => lines.filter((line) => !isSlowness(line))
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>)
  return { logger: pino(loggerOptions(level, 'api'), { write }), lines, alarms }
}

/** An answer: status, headers, and the JSON of its body. */
export interface Answer<Data = Record<string, unknown>> {
  status: number
  headers: Headers
  body: {
    success: boolean
    message?: string
    data: Data
    error: {
      code: string
      message: string
      details?: { field: string; message: string }[]
      request_id: string
    }
  }
}

export interface TestDocument {
  id: string
  filename: string
  mime_type: string
  file_id: string
  user_id: string
  revision: number
  created_at: string
  updated_at: string
  deduplicated: boolean
  file: TestFile
}

export interface TestFile {
  id: string
  md5_hash: string
  sha256: string
  file_size: number
  s3_path: string
  verified_at: string | null
  revision: number
  created_at: string
  updated_at: string
}

export interface TestTenant {
  id: string
  name: string
  database_name: string
  /** Absent from answers. */
  server: string
  is_active: boolean
  status: string
  revision: number
  created_at: string
  updated_at: string
}

/** A page of a list. */
export interface Page<Item> {
  items: Item[]
  pagination: {
    page: number
    per_page: number
    total: number
    pages: number
    total_capped?: boolean
    next_cursor: string | null
  }
}

/** Calls the API over HTTP as one user. */
export class Client {
  constructor(
    readonly url: string,
    public token?: string
  ) {}

  async request<Data = Record<string, unknown>>(
    method: string,
    path: string,
    init: RequestInit = {}
  ): Promise<Answer<Data>> {
    const headers = new Headers(init.headers)
    if (this.token !== undefined && !headers.has('authorization'))
      headers.set('authorization', `Bearer ${this.token}`)
    const response = await fetch(this.url + path, { redirect: 'manual', ...init, method, headers })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? {} : JSON.parse(text)) as Answer<Data>['body']
    }
  }

  get<Data = Record<string, unknown>>(path: string): Promise<Answer<Data>> {
    return this.request<Data>('GET', path)
  }

  delete(path: string): Promise<Answer> {
    return this.request('DELETE', path)
  }

  send<Data = Record<string, unknown>>(
    method: 'POST' | 'PUT',
    path: string,
    json: unknown
  ): Promise<Answer<Data>> {
    return this.request<Data>(method, path, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(json)
    })
  }

  /** Uploads as multipart/form-data, the file last unless `fieldsLast`. */
  upload(
    tenantId: string,
    content: Uint8Array | string,
    fields: Record<string, string> = {},
    options: { name?: string; type?: string; fieldsLast?: boolean } = {}
  ): Promise<Answer<TestDocument>> {
    const form = new FormData()
    const file = new Blob([content], { type: options.type ?? 'text/plain' })
    if (options.fieldsLast === true) form.set('file', file, options.name ?? 'file.txt')
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    if (options.fieldsLast !== true) form.set('file', file, options.name ?? 'file.txt')
    return this.request<TestDocument>('POST', `/api/tenants/${tenantId}/documents`, { body: form })
  }
}

export const PASSWORD = 'correct horse battery'

export type UserClient = Client & { userId: string; email: string; refreshToken: string }

/** Creates a user and logs in. */
export async function signUp(url: string, name = 'ada'): Promise<UserClient> {
  const email = `${name}-${randomBytes(4).toString('hex')}@example.com`
  const client = new Client(url)
  const registered = await client.send<{ id: string }>('POST', '/api/auth/register', {
    email,
    password: PASSWORD,
    first_name: name,
    last_name: 'Test'
  })
  const { access_token, refresh_token } = await logIn(url, email)
  client.token = access_token
  return Object.assign(client, { userId: registered.body.data.id, email, refreshToken: refresh_token })
}

/** Logs an account in again: a session of its own. */
export async function logIn(
  url: string,
  email: string
): Promise<{ access_token: string; refresh_token: string; tenants: (TestTenant & { role: string })[] }> {
  const login = await new Client(url).send<Awaited<ReturnType<typeof logIn>>>('POST', '/api/auth/login', {
    email,
    password: PASSWORD
  })
  if (login.status !== 200) throw new Error(`the log-in failed: ${JSON.stringify(login.body)}`)
  return login.body.data
}

/** Creates a tenant; the client becomes its admin. */
export async function createTenant(client: Client, name = 'Acme'): Promise<TestTenant> {
  const created = await client.send<TestTenant>('POST', '/api/tenants', { name })
  if (created.status !== 201) throw new Error(`the tenant was not created: ${JSON.stringify(created.body)}`)
  return { ...created.body.data, server: 'main' }
}

/** Creates a user with this role in the tenant, and logs in. */
export async function signUpMember(
  url: string,
  sql: postgres.Sql,
  tenantId: string,
  role: string
): Promise<UserClient> {
  const member = await signUp(url, role)
  await sql`insert into user_tenant_associations (user_id, tenant_id, role) values (${member.userId}, ${tenantId}, ${role})`
  return member
}

/** Uploads, and fails unless a document was created. */
export async function uploaded(
  client: Client,
  tenantId: string,
  content: Uint8Array | string,
  fields: Record<string, string> = {}
): Promise<TestDocument> {
  const answer = await client.upload(tenantId, content, fields)
  if (answer.status !== 201) throw new Error(`the upload failed: ${JSON.stringify(answer.body)}`)
  return answer.body.data
}

/**
 * Asserts that an answer is the error envelope with this code, its status, the request's id, and details about exactly
 * these fields (if omitted, any details).
 */
export function refused(
  t: Test,
  answer: Answer<unknown>,
  code: ErrorCode,
  fields: string[] = [],
  what = code as string
): void {
  const { success } = answer.body
  const error = answer.body.error as Answer['body']['error'] | undefined
  const named = [...new Set((error?.details ?? []).map((detail) => detail.field))].sort()
  t.same(
    {
      status: answer.status,
      success,
      code: error?.code,
      explained: error !== undefined && error.message.length > 0,
      request_id: error?.request_id,
      data: 'data' in answer.body,
      fields: fields.length > 0 ? named : []
    },
    {
      status: ERRORS[code][0],
      success: false,
      code,
      explained: true,
      request_id: answer.headers.get('x-request-id'),
      data: false,
      fields: [...fields].sort()
    },
    what
  )
}

/** Sends raw bytes that no HTTP client would send, and reads until the connection ends. */
export async function sendRaw(url: string, request: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.write(request)
  return text(socket)
}
