import t from 'tap'
import { Client, PASSWORD, refused, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { configWith, sql } = await createInstallation(t)

void t.test('too many requests from one address are refused', async (t) => {
  const api = await startApi(t, configWith({ RATE_LIMIT_AUTH: '4' }))
  const anonymous = new Client(api.url)
  const post = (route: string, headers: Record<string, string> = {}) =>
    anonymous.request('POST', `/api/auth/${route}`, { headers })
  for (const route of ['login', 'register', 'refresh']) {
    for (let index = 0; index < 4; index++) {
      const { status } = await post(route)
      t.ok(status === 422 || status === 401, `${route}: each route is counted separately`)
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

void t.test('behind a trusted proxy, the address that the proxy reports counts', async (t) => {
  const api = await startApi(t, configWith({ RATE_LIMIT_AUTH: '3', TRUST_PROXY: '127.0.0.1' }))
  const from = (address: string) =>
    new Client(api.url).request('POST', '/api/auth/login', { headers: { 'x-forwarded-for': address } })
  for (let index = 0; index < 3; index++) refused(t, await from('203.0.113.1'), 'VALIDATION_ERROR')
  refused(t, await from('203.0.113.1'), 'TOO_MANY_REQUESTS')
  refused(t, await from('203.0.113.2'), 'VALIDATION_ERROR', [], 'another address is not limited')
  for (const invented of ['198.51.100.1', '198.51.100.2', '127.0.0.1', 'x'])
    refused(t, await from(`${invented}, 203.0.113.1`), 'TOO_MANY_REQUESTS', [], `after ${invented}`)
  for (let index = 1; index <= 3; index++)
    refused(t, await from(`2001:db8:1:2::${index}`), 'VALIDATION_ERROR')
  refused(t, await from('2001:db8:1:2:ffff::9'), 'TOO_MANY_REQUESTS', [], 'a network counts as one client')
  refused(t, await from('2001:db8:1:3::9'), 'VALIDATION_ERROR', [], 'another network')
})

void t.test('whatever a trusted proxy passes on, a valid address is stored', async (t) => {
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
  t.same(await stored(), { ip_address: '198.51.100.9' }, 'the address of the last use')
})
