import t from 'tap'
import {
  Client,
  createTenant,
  logIn,
  refused,
  signUp,
  startApi,
  type Answer,
  type UserClient
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

interface Tokens {
  access_token: string
  refresh_token: string
  token_type: string
  expires_in: number
}

const { config, sql } = await createInstallation(t, { JWT_ACCESS_TTL: '600', JWT_REFRESH_TTL: '5000' })
const { url } = await startApi(t, config)
const anonymous = new Client(url)

const refresh = (refresh_token: unknown): Promise<Answer<Tokens>> =>
  anonymous.send<Tokens>('POST', '/api/auth/refresh', { refresh_token })
const me = (token: string) => new Client(url, token).get('/api/users/me')
/** Moves the last rotation of the user's sessions into the past. */
const age = (user: UserClient, seconds: number) =>
  sql`update token_families set rotated_at = rotated_at - make_interval(secs => ${seconds}) where user_id = ${user.userId}`

void t.test('a refresh token is replaced', async (t) => {
  const user = await signUp(url)
  let token = user.refreshToken
  for (let generation = 1; generation <= 5; generation++) {
    const answer = await refresh(token)
    t.equal(answer.status, 200)
    t.equal(answer.body.success, true)
    const { access_token, refresh_token, ...rest } = answer.body.data
    t.same(rest, { token_type: 'Bearer', expires_in: 600 })
    t.not(refresh_token, token)
    t.equal((await me(access_token)).status, 200)
    t.match(await sql`select generation from token_families where user_id = ${user.userId}`, [{ generation }])
    token = refresh_token
  }
  t.equal((await me(String(user.token))).status, 200, 'the first access token stays valid until it expires')
})

void t.test('a refresh extends the session', async (t) => {
  const user = await signUp(url)
  await sql`update token_families set expires_at = now() + interval '1 minute' where user_id = ${user.userId}`
  t.equal((await refresh(user.refreshToken)).status, 200)
  const left = () =>
    sql`select extract(epoch from expires_at - now()) between 4000 and 5000 as prolonged from token_families where user_id = ${user.userId}`
  t.same(await left(), [{ prolonged: true }])
})

void t.test('the token just replaced gives the same successor', async (t) => {
  const user = await signUp(url)
  const first = await refresh(user.refreshToken)
  const again = await refresh(user.refreshToken)
  t.equal(again.status, 200)
  t.equal(again.body.data.refresh_token, first.body.data.refresh_token)
  t.equal((await me(again.body.data.access_token)).status, 200)
  // Half of the ten seconds; the other half is for a busy machine.
  await sql`update token_families set rotated_at = now() - interval '5 seconds' where user_id = ${user.userId}`
  t.equal((await refresh(user.refreshToken)).status, 200, 'after five seconds')
  t.match(await sql`select generation from token_families where user_id = ${user.userId}`, [
    { generation: 1 }
  ])
  t.equal((await refresh(first.body.data.refresh_token)).status, 200, 'the successor is valid')
})

void t.test('concurrent refreshes agree on one successor', async (t) => {
  const user = await signUp(url)
  let token = user.refreshToken
  for (let round = 1; round <= 5; round++) {
    const answers = await Promise.all(Array.from({ length: 35 }, () => refresh(token)))
    t.same(new Set(answers.map((answer) => answer.status)), new Set([200]))
    const successors = new Set(answers.map((answer) => answer.body.data.refresh_token))
    t.equal(successors.size, 1)
    token = [...successors][0] as string
    t.match(await sql`select generation from token_families where user_id = ${user.userId}`, [
      { generation: round }
    ])
  }
})

void t.test('reuse of a token that was replaced longer ago ends its session, and no other', async (t) => {
  const user = await signUp(url)
  const tenant = await createTenant(user)
  const other = await logIn(url, user.email)
  const successor = await refresh(user.refreshToken)
  await age(user, 11)
  refused(t, await refresh(user.refreshToken), 'TOKEN_REUSED')
  refused(t, await refresh(successor.body.data.refresh_token), 'INVALID_TOKEN', [], 'the successor')
  refused(t, await refresh(user.refreshToken), 'INVALID_TOKEN', [], 'once more')
  refused(t, await me(successor.body.data.access_token), 'TOKEN_REVOKED')
  refused(t, await user.get(`/api/tenants/${tenant.id}`), 'TOKEN_REVOKED')
  t.equal((await me(other.access_token)).status, 200)
  t.equal((await refresh(other.refresh_token)).status, 200)
})

void t.test(
  'reuse of the token before the previous one ends the session, however recent it is',
  async (t) => {
    const user = await signUp(url)
    const second = await refresh(user.refreshToken)
    const third = await refresh(second.body.data.refresh_token)
    refused(t, await refresh(user.refreshToken), 'TOKEN_REUSED')
    refused(t, await refresh(third.body.data.refresh_token), 'INVALID_TOKEN')
    refused(t, await me(third.body.data.access_token), 'TOKEN_REVOKED')
  }
)

void t.test('an expired session cannot be refreshed', async (t) => {
  const user = await signUp(url)
  await sql`update token_families set expires_at = now() - interval '1 second' where user_id = ${user.userId}`
  refused(t, await refresh(user.refreshToken), 'TOKEN_EXPIRED')
  t.match(await sql`select generation from token_families where user_id = ${user.userId}`, [
    { generation: 0 }
  ])
})

void t.test('a deactivated account cannot refresh', async (t) => {
  const user = await signUp(url)
  await sql`update users set is_active = false where id = ${user.userId}`
  refused(t, await refresh(user.refreshToken), 'INVALID_TOKEN')
  await sql`update users set is_active = true where id = ${user.userId}`
  t.equal((await refresh(user.refreshToken)).status, 200)
})

void t.test('the token may be in the body or the header', async (t) => {
  const user = await signUp(url)
  const post = (init: RequestInit) => anonymous.request<Tokens>('POST', '/api/auth/refresh', init)
  const bearer = { authorization: `Bearer ${user.refreshToken}` }
  const json = { 'content-type': 'application/json' }
  const successor = (await refresh(user.refreshToken)).body.data.refresh_token
  // Makes the replacement recent, however long the requests take.
  await age(user, -600)
  for (const [what, init] of [
    ['no body', { headers: bearer }],
    ['an empty object', { headers: { ...bearer, ...json }, body: '{}' }],
    ['null', { headers: { ...bearer, ...json }, body: 'null' }],
    [
      'body over header',
      {
        headers: { authorization: 'Bearer x', ...json },
        body: JSON.stringify({ refresh_token: user.refreshToken })
      }
    ]
  ] as const) {
    const answer = await post(init)
    t.equal(answer.status, 200, what)
    t.equal(answer.body.data.refresh_token, successor, what)
  }
  refused(t, await post({}), 'NOT_AUTHENTICATED')
  refused(t, await post({ headers: json, body: '{}' }), 'NOT_AUTHENTICATED')
  refused(t, await post({ headers: json, body: '{"token":"x"}' }), 'VALIDATION_ERROR')
  refused(t, await post({ headers: json, body: '[]' }), 'VALIDATION_ERROR')
  for (const wrong of ['', 7, null, {}, 'x'.repeat(1001)])
    refused(t, await refresh(wrong), 'VALIDATION_ERROR')
})

void t.test('no other token is a refresh token', async (t) => {
  const user = await signUp(url)
  const token = user.refreshToken
  const flipped = [0, 10, 21, 25, 27, 40, 68].map((at) => {
    const replaced = token[at] === 'A' ? 'B' : 'A'
    return token.slice(0, at) + replaced + token.slice(at + 1)
  })
  for (const wrong of [
    ...flipped,
    String(user.token),
    token.slice(1),
    `${token}A`,
    `${token.slice(0, -1)}=`,
    `${token} `,
    'A'.repeat(token.length),
    'ä'.repeat(token.length)
  ]) {
    refused(t, await refresh(wrong), 'INVALID_TOKEN', [], wrong.slice(0, 30))
  }
  t.equal((await refresh(token)).status, 200, 'none of these ended the session')
  t.equal(
    (await sql`select from token_families where revoked_at is not null and user_id = ${user.userId}`).length,
    0
  )
})
