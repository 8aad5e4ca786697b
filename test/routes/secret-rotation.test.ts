import { randomBytes } from 'node:crypto'
import t from 'tap'
import { Client, createTenant, logIn, refused, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

interface Tokens {
  access_token: string
  refresh_token: string
}

const [first = '', second = '', third = ''] = [1, 2, 3].map(() => randomBytes(32).toString('hex'))
const { config, configWith } = await createInstallation(t, { JWT_SECRET: first })

/** Applications on one database: before a rotation of the secret, after it, and later. */
const before = await startApi(t, config)
const after = await startApi(t, configWith({ JWT_SECRET: second, JWT_SECRET_PREVIOUS: first }))
const later = await startApi(t, configWith({ JWT_SECRET: second }))
const last = await startApi(t, configWith({ JWT_SECRET: third, JWT_SECRET_PREVIOUS: second }))

const me = (url: string, token: string) => new Client(url, token).get('/api/users/me')
const refresh = (url: string, refresh_token: string) =>
  new Client(url).send<Tokens>('POST', '/api/auth/refresh', { refresh_token })

void t.test('a session from before the rotation continues', async (t) => {
  const user = await signUp(before.url)
  const tenant = await createTenant(user)
  t.equal((await me(after.url, String(user.token))).status, 200)
  t.equal((await new Client(after.url, user.token).get(`/api/tenants/${tenant.id}`)).status, 200)
  const refreshed = await refresh(after.url, user.refreshToken)
  t.equal(refreshed.status, 200)
  const { access_token, refresh_token } = refreshed.body.data
  t.equal((await me(later.url, access_token)).status, 200, 'the new tokens are signed with the new secret')
  t.equal((await refresh(later.url, refresh_token)).status, 200)
  t.equal((await me(after.url, String(user.token))).status, 200, 'the old token stays valid until it expires')
})

void t.test("without the previous secret, that secret's tokens are invalid", async (t) => {
  const user = await signUp(before.url)
  refused(t, await me(later.url, String(user.token)), 'INVALID_TOKEN')
  refused(t, await refresh(later.url, user.refreshToken), 'INVALID_TOKEN')
  t.equal((await refresh(before.url, user.refreshToken)).status, 200, 'that did not end the session')
})

void t.test('a download link still works too', async (t) => {
  const user = await signUp(before.url)
  const tenant = await createTenant(user)
  const document = await uploaded(user, tenant.id, 'content')
  const path = `/api/tenants/${tenant.id}/documents/${document.id}/download?redirect=false`
  const { body } = await user.get<{ url: string }>(path)
  const { pathname, search } = new URL(body.data.url)
  const statusAt = async (url: string) => (await fetch(url + pathname + search)).status
  t.equal(await statusAt(before.url), 200)
  t.equal(await statusAt(after.url), 200)
  t.equal(await statusAt(later.url), 403)
})

void t.test('only two secrets are accepted', async (t) => {
  const user = await signUp(before.url)
  refused(
    t,
    await me(last.url, String(user.token)),
    'INVALID_TOKEN',
    [],
    'a token of the secret before the previous one'
  )
  refused(t, await refresh(last.url, user.refreshToken), 'INVALID_TOKEN')
  const between = await logIn(after.url, user.email)
  t.equal((await me(last.url, between.access_token)).status, 200)
  t.equal((await refresh(last.url, between.refresh_token)).status, 200)
})

void t.test('tokens signed with a newer secret are invalid in a process that does not know it', async (t) => {
  const user = await signUp(after.url)
  refused(t, await me(before.url, String(user.token)), 'INVALID_TOKEN')
  refused(t, await refresh(before.url, user.refreshToken), 'INVALID_TOKEN')
})

void t.test('an expired token of the previous secret is reported as expired', async (t) => {
  const short = await startApi(t, configWith({ JWT_ACCESS_TTL: '1' }))
  const user = await signUp(short.url)
  await until(async () => (await me(after.url, String(user.token))).status === 401)
  refused(t, await me(after.url, String(user.token)), 'TOKEN_EXPIRED')
  t.equal((await refresh(after.url, user.refreshToken)).status, 200)
})
