import { EventEmitter, once } from 'node:events'
import t from 'tap'
import {
  AuthenticationError,
  createStrongroom,
  bodyOf,
  dataOf,
  RateLimitError,
  StrongroomError,
  UnavailableError,
  type Tokens
} from '../../client/index.js'
import { PASSWORD, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { recorded } from './flaky.js'
import { createAda } from './people.js'

const { config } = await createInstallation(t)
const { url } = await startApi(t, config)

const refusal = (status: number, code: string, headers: Record<string, string> = {}) =>
  Response.json({ success: false, error: { code, message: code, request_id: 'r' } }, { status, headers })
const isRefresh = ({ url }: Request) => url.endsWith('/api/auth/refresh')

/** Answers requests with the access token `outdated` as expired; passes all others to the server. */
const expiring = () =>
  recorded(async (request) =>
    request.headers.get('authorization') === 'Bearer outdated'
      ? refusal(401, 'TOKEN_EXPIRED')
      : fetch(request)
  )
const outdated = (session: Tokens) => ({ ...session, access_token: 'outdated' })

t.test('requests that find the access token expired share one refresh', async (t) => {
  const { session } = await createAda({ url })
  const { requests, transport } = expiring()
  const kept: (Tokens | undefined)[] = []
  const client = createStrongroom({
    url,
    tokens: outdated(session),
    fetch: transport,
    onTokens: (tokens) => void kept.push(tokens)
  })
  const [me, tenant] = await Promise.all([
    client.auth.me(),
    client.tenants.create({ name: 'Acme' }),
    ...Array.from({ length: 5 }, () => client.auth.me())
  ])
  t.match(me, { first_name: 'Ada' })
  t.match(tenant, { name: 'Acme' })
  t.equal(requests.filter(isRefresh).length, 1)
  t.equal(kept.length, 1)
  t.not(kept[0]?.refresh_token, session.refresh_token)
})

t.test('the token is refreshed before a stream, which cannot be resent', async (t) => {
  const { strongroom, session } = await createAda({ url })
  const tenant = await strongroom.tenants.create({ name: 'Acme' })
  const { requests, transport } = expiring()
  const client = createStrongroom({ url, tokens: outdated(session), fetch: transport })
  for (const filename of ['one', 'two'])
    t.match(await client.documents.upload(tenant.id, new Blob(['x']).stream(), { filename }), { filename })
  t.equal(requests.filter(isRefresh).length, 1, 'new tokens are not refreshed again')
})

t.test('a caller who aborts stops waiting for the refresh, which continues for the others', async (t) => {
  const { session } = await createAda({ url })
  const caller = new AbortController()
  const asked = new EventEmitter()
  const refreshing = once(asked, 'refresh')
  const held = once(asked, 'go on')
  const client = createStrongroom({
    url,
    tokens: outdated(session),
    fetch: async (request) => {
      if (request.headers.get('authorization') === 'Bearer outdated') return refusal(401, 'TOKEN_EXPIRED')
      if (!isRefresh(request)) return fetch(request)
      asked.emit('refresh')
      await held
      return fetch(request)
    }
  })
  const aborted = t.rejects(client.api.GET('/api/users/me', { signal: caller.signal }), { message: 'enough' })
  const other = client.auth.me()
  await refreshing
  caller.abort(new Error('enough'))
  await aborted
  asked.emit('go on')
  t.match(await other, { first_name: 'Ada' })
})

t.test('an ended session is reported', async (t) => {
  const { strongroom, session } = await createAda({ url })
  await strongroom.auth.logout()
  await t.rejects(strongroom.auth.me(), { code: 'NOT_AUTHENTICATED' })
  const kept: (Tokens | undefined)[] = []
  const client = createStrongroom({
    url,
    tokens: outdated(session),
    fetch: expiring().transport,
    onTokens: (tokens) => void kept.push(tokens)
  })
  await t.rejects(client.auth.me(), AuthenticationError)
  t.same(kept, [undefined])
  await createStrongroom({ url, tokens: session }).auth.logout()
})

t.test('the device token of a log-in is sent with the next one, and passed to onDeviceToken', async (t) => {
  const kept: string[] = []
  const sent: unknown[] = []
  const transport = async (request: Request) => {
    sent.push(((await request.clone().json()) as { device_token?: string }).device_token)
    return fetch(request)
  }
  const onDeviceToken = (token: string) => void kept.push(token)
  const { strongroom, email, session } = await createAda({ url, onDeviceToken })
  t.same(kept, [session.device_token])
  const client = createStrongroom({
    url,
    fetch: transport,
    deviceToken: session.device_token,
    onDeviceToken
  })
  await client.auth.login({ email, password: PASSWORD })
  await client.auth.login({ email, password: PASSWORD })
  t.same(sent, kept.slice(0, 2))
  t.equal(kept.length, 3)
  for (let index = 0; index < 10; index++)
    await t.rejects(createStrongroom({ url, retries: 0 }).auth.login({ email, password: 'a guess' }))
  const stranger = createStrongroom({ url, retries: 0 })
  await t.rejects(stranger.auth.login({ email, password: PASSWORD }), RateLimitError)
  await strongroom.auth.login({ email, password: PASSWORD })
})

t.test('retries wait as long as the server says, and happen only where they are safe', async (t) => {
  const { session } = await createAda({ url })
  const over = (answers: (Response | undefined)[], options = {}) => {
    const { requests, transport } = recorded(async (request) => answers.shift() ?? fetch(request))
    return { requests, client: createStrongroom({ url, tokens: session, fetch: transport, ...options }) }
  }
  const busy = (seconds = '0') => refusal(503, 'OVERLOADED', { 'retry-after': seconds })

  const read = over([busy(), refusal(502, 'BAD_GATEWAY'), busy(new Date(0).toUTCString())])
  t.match(await read.client.auth.me(), { first_name: 'Ada' })
  t.equal(read.requests.length, 4)

  const done = over([Response.json({ success: true, data: {} }, { headers: { 'retry-after': '0' } })])
  await done.client.auth.me()
  t.equal(done.requests.length, 1, 'a success is not repeated')

  const empty = over([new Response(null, { status: 204 })])
  const verified = bodyOf(empty.client.api.POST('/api/auth/email/verify', { body: { token: 'a' } }))
  await t.resolves(verified, 'a success without a body is no error')

  const change = over([busy()])
  const body = { first_name: 'Augusta' }
  t.match(await dataOf(change.client.api.PUT('/api/users/me', { body })), body, 'the body is resent')

  const create = over([busy(), busy()])
  t.match(await create.client.tenants.create({ name: 'Acme' }), { name: 'Acme' })
  const keys = create.requests.map(({ headers }) => headers.get('idempotency-key'))
  t.ok(keys[0])
  t.same(keys, [keys[0], keys[0], keys[0]])

  const login = over([busy()])
  await t.rejects(login.client.auth.login({ email: 'a@example.com', password: 'x' }), UnavailableError)
  t.equal(login.requests.length, 1, 'a POST without a key is not retried')

  const limited = over([refusal(429, 'TOO_MANY_REQUESTS', { 'retry-after': '31' })])
  const error = await limited.client.auth.me().catch((e: unknown) => e)
  t.ok(error instanceof RateLimitError)
  t.match(error, { retryAfter: 31, code: 'TOO_MANY_REQUESTS' })
  t.equal(limited.requests.length, 1, 'nor is a request that would wait too long')

  const down = over([busy(), busy(), busy()], { retries: 2 })
  await t.rejects(down.client.auth.me(), UnavailableError)
  t.equal(down.requests.length, 3)

  const proxy = over([new Response('<html>', { status: 400 })])
  await t.rejects(proxy.client.auth.me(), { code: 'HTTP_400', status: 400, constructor: StrongroomError })
})
