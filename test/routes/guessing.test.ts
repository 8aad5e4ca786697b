import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { Client, PASSWORD, refused, signUp, startApi, type Answer } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config, configWith, sql } = await createInstallation(t)
const { url } = await startApi(t, config)
const second = await startApi(t, config)

const login = (email: string, password = 'a wrong password', at = url) =>
  new Client(at).send<{ access_token: string }>('POST', '/api/auth/login', { email, password })
const unknownEmail = () => `nobody-${randomBytes(4).toString('hex')}@example.com`
const failuresOf = async (email: string) => {
  const [row] = await sql<{ failures: number }[]>`
    select failures from password_failures where subject = encode(sha256(${`email:${email}`}::bytea), 'hex')`
  return row?.failures
}

/** So many wrong passwords, one after the other, at both processes in turn. */
async function guess(t: Test, email: string, times: number): Promise<void> {
  for (let index = 0; index < times; index++)
    refused(t, await login(email, `guess ${index}`, index % 2 ? url : second.url), 'INVALID_CREDENTIALS')
}
function blocked(t: Test, answer: Answer<unknown>, what: string): void {
  refused(t, answer, 'TOO_MANY_FAILURES', [], what)
  const seconds = Number(answer.headers.get('retry-after'))
  t.ok(Number.isInteger(seconds) && seconds > 0 && seconds <= 900, `${what}: Retry-After`)
}

void t.test('ten wrong passwords are too many, whichever process counted them', async (t) => {
  const user = await signUp(url)
  await guess(t, user.email, 10)
  for (const at of [url, second.url]) {
    blocked(t, await login(user.email, PASSWORD, at), 'the right password')
    blocked(t, await login(user.email, 'wrong again', at), 'a wrong one')
    blocked(t, await login(` ${user.email.toUpperCase()}`, PASSWORD, at), 'another spelling of the address')
  }
  t.equal((await user.get('/api/users/me')).status, 200, 'who is logged in goes on')
  const refreshed = await user.send('POST', '/api/auth/refresh', { refresh_token: user.refreshToken })
  t.equal(refreshed.status, 200, 'and refreshes')
  const other = await signUp(url)
  t.equal((await login(other.email, PASSWORD)).status, 200, 'others log in')
  t.equal(await failuresOf(user.email), 10, 'what is not looked at is not counted')
})

void t.test('an unknown address is treated the same', async (t) => {
  const user = await signUp(url)
  const nobody = unknownEmail()
  await guess(t, nobody, 10)
  await guess(t, user.email, 10)
  const shown = ({ status, body }: Answer<unknown>) => ({ status, error: { ...body.error, request_id: '' } })
  const [known, unknown] = [await login(user.email), await login(nobody)]
  blocked(t, unknown, 'nobody')
  t.same(shown(known), shown(unknown))
})

void t.test('a log-in resets the count', async (t) => {
  const user = await signUp(url)
  for (let round = 0; round < 2; round++) {
    await guess(t, user.email, 9)
    t.equal((await login(user.email, PASSWORD)).status, 200)
  }
  await guess(t, user.email, 10)
  blocked(t, await login(user.email, PASSWORD), 'in a row')
})

void t.test('the window ends', async (t) => {
  const user = await signUp(url)
  const pass = (seconds: number) =>
    sql`update password_failures set since = since - make_interval(secs => ${seconds})`
  await guess(t, user.email, 10)
  await pass(850)
  const late = await login(user.email, PASSWORD)
  blocked(t, late, 'near its end')
  t.ok(Number(late.headers.get('retry-after')) <= 50, 'Retry-After says how long it still is')
  await pass(51)
  refused(t, await login(user.email), 'INVALID_CREDENTIALS', [], 'a failure counts anew')
  t.equal((await login(user.email, PASSWORD)).status, 200)
})

void t.test("guesses at one's own current password are counted too", async (t) => {
  const user = await signUp(url)
  const change = (current_password: string) =>
    user.send('PUT', '/api/users/me/password', { current_password, new_password: 'a new password' })
  for (let index = 0; index < 10; index++)
    refused(t, await change(`guess ${index}`), 'WRONG_PASSWORD', ['/current_password'])
  blocked(t, await change(PASSWORD), 'the right one')
  t.equal((await login(user.email, PASSWORD)).status, 200, 'they do not lock out who logs in')
})

void t.test('concurrent guesses get no further', async (t) => {
  const user = await signUp(url)
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      login(user.email, `guess ${index}`, index % 2 ? url : second.url)
    )
  )
  const looked = answers.filter(({ status }) => status === 401).length
  // Two places in each of two processes.
  t.ok(looked >= 10 && looked <= 10 + 4, `${looked} were looked at`)
  for (const answer of answers) if (answer.status !== 401) blocked(t, answer, 'the others')
  t.equal(await failuresOf(user.email), looked)
})

void t.test('every failure leaves an entry that says how far it went', async (t) => {
  const { configWith: kept, sql: rows } = await createInstallation(t, { OUTBOX_RETENTION: '3600' })
  const api = await startApi(t, kept({ RATE_LIMIT_PASSWORD_FAILURES: '2' }))
  const user = await signUp(api.url)
  for (let index = 0; index < 3; index++) await login(user.email, `guess ${index}`, api.url)
  const found = await rows`select data -> 'details' as details from outbox
    where user_id = ${user.userId} and data ->> 'action' = 'auth.password_refused' order by sequence`
  t.same(
    found.map((row) => row['details'] as unknown),
    [
      { failures: 1, blocked: false },
      { failures: 2, blocked: true }
    ]
  )
})

void t.test('too many requests from one address are refused', async (t) => {
  const api = await startApi(t, configWith({ RATE_LIMIT_AUTH: '4' }))
  const anonymous = new Client(api.url)
  const post = (route: string, headers: Record<string, string> = {}) =>
    anonymous.request('POST', `/api/auth/${route}`, { headers })
  for (const route of ['login', 'register', 'refresh']) {
    for (let index = 0; index < 4; index++) {
      const { status } = await post(route)
      t.ok(status === 422 || status === 401, `${route}: each route counts for itself`)
    }
    const limited = await post(route)
    refused(t, limited, 'TOO_MANY_REQUESTS', [], route)
    const seconds = Number(limited.headers.get('retry-after'))
    t.ok(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60, `${route}: Retry-After`)
  }
  for (const address of ['203.0.113.1', '203.0.113.2', '2001:db8::1', '127.0.0.2', 'unknown'])
    for (const name of ['x-forwarded-for', 'x-real-ip', 'forwarded'])
      refused(t, await post('login', { [name]: address }), 'TOO_MANY_REQUESTS', [], `${name}: ${address}`)
  t.equal((await anonymous.get('/health/live')).status, 200, 'other routes are not limited')
})

void t.test('behind a trusted proxy, the address named by the proxy counts', async (t) => {
  const api = await startApi(t, configWith({ RATE_LIMIT_AUTH: '3', TRUST_PROXY: '127.0.0.1' }))
  const from = (address: string) =>
    new Client(api.url).request('POST', '/api/auth/login', { headers: { 'x-forwarded-for': address } })
  for (let index = 0; index < 3; index++) refused(t, await from('203.0.113.1'), 'VALIDATION_ERROR')
  refused(t, await from('203.0.113.1'), 'TOO_MANY_REQUESTS')
  refused(t, await from('203.0.113.2'), 'VALIDATION_ERROR', [], 'another one is free')
  for (const invented of ['198.51.100.1', '198.51.100.2', '127.0.0.1', 'x'])
    refused(t, await from(`${invented}, 203.0.113.1`), 'TOO_MANY_REQUESTS', [], `behind ${invented}`)
  for (let index = 1; index <= 3; index++)
    refused(t, await from(`2001:db8:1:2::${index}`), 'VALIDATION_ERROR')
  refused(t, await from('2001:db8:1:2:ffff::9'), 'TOO_MANY_REQUESTS', [], 'a network is one customer')
  refused(t, await from('2001:db8:1:3::9'), 'VALIDATION_ERROR', [], 'another network')
})

void t.test('whatever a trusted proxy passes on, an address is stored', async (t) => {
  const { app, url: at } = await startApi(t, configWith({ TRUST_PROXY: '127.0.0.1' }))
  const user = await signUp(at)
  const stored = async () =>
    (
      await sql`select ip_address from token_families where user_id = ${user.userId} order by created_at desc limit 1`
    )[0]
  const cases: [string, string][] = [
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
    [`fe80::1%${'z'.repeat(300)}`, 'fe80::1'],
    ['unknown', '127.0.0.1'],
    ["'); drop table users; --", '127.0.0.1'],
    ['x'.repeat(5000), '127.0.0.1']
  ]
  let token = ''
  for (const [given, address] of cases) {
    const answer = await new Client(at).request<{ access_token: string }>('POST', '/api/auth/login', {
      headers: { 'content-type': 'application/json', 'x-forwarded-for': given },
      body: JSON.stringify({ email: user.email, password: PASSWORD })
    })
    t.equal(answer.status, 200, given.slice(0, 40))
    t.same(await stored(), { ip_address: address }, given.slice(0, 40))
    token = answer.body.data.access_token
  }
  const headers = { 'x-forwarded-for': '198.51.100.9' }
  await new Client(at, token).request('GET', '/api/users/me', { headers })
  await app.close()
  t.same(await stored(), { ip_address: '198.51.100.9' }, 'and that of its last use')
})
