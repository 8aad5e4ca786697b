import { randomBytes, randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { Client, PASSWORD, refused, signUp, startApi, type Answer } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { createDeviceTokens } from '../../plugins/auth/device-tokens.js'
import { resource } from '../../plugins/resources.js'
import { committedEvents } from '../helpers/committed-events.js'

const installation = await createInstallation(t, { TRUST_PROXY: '127.0.0.1' })
const { config, configWith, sql } = installation
const { url } = await startApi(t, config)
const second = await startApi(t, config)

interface Session {
  access_token: string
  device_token: string
}
interface LogIn {
  password?: string
  device?: string | undefined
  from?: string
  at?: string
}

let hosts = 0
/** An address that no other test uses. */
const newAddress = () => `198.18.${Math.floor(++hosts / 250)}.${hosts % 250}`

function logIn(
  email: string,
  { password = 'a wrong password', device, from = '127.0.0.1', at = url }: LogIn
) {
  return new Client(at).request<Session>('POST', '/api/auth/login', {
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
    body: JSON.stringify({ email, password, device_token: device })
  })
}
const unknownEmail = () => `nobody-${randomBytes(4).toString('hex')}@example.com`
/** Ages all counters by this many seconds. */
const pass = (seconds: number) =>
  sql`update password_failures set since = since - make_interval(secs => ${seconds})`
const counts = async () =>
  (
    await sql<{ failures: number }[]>`select failures from password_failures where failures > 0 order by 1`
  ).map(({ failures }) => failures)

/** Sends wrong passwords to both processes in turn, and expects all to be checked. */
async function guess(t: Test, email: string, times: number, how: LogIn = {}): Promise<void> {
  const answers = await Promise.all(
    Array.from({ length: times }, (_, index) => logIn(email, { ...how, at: index % 2 ? url : second.url }))
  )
  for (const answer of answers) refused(t, answer, 'INVALID_CREDENTIALS')
}
async function knownDevice(t: Test, email: string): Promise<string> {
  const { status, body } = await logIn(email, { password: PASSWORD, from: newAddress() })
  t.equal(status, 200)
  return body.data.device_token
}
function blocked(t: Test, answer: Answer<unknown>, what: string, most = 86_400): void {
  refused(t, answer, 'TOO_MANY_FAILURES', [], what)
  const seconds = Number(answer.headers.get('retry-after'))
  t.ok(
    Number.isInteger(seconds) && seconds > most - 600 && seconds <= most,
    `${what}: Retry-After ${seconds}`
  )
}
t.beforeEach(() => sql`truncate password_failures`)

void t.test('ten wrong passwords from one address block the account for that address only', async (t) => {
  const user = await signUp(url)
  const from = newAddress()
  await guess(t, user.email, 10, { from })
  for (const at of [url, second.url]) {
    blocked(t, await logIn(user.email, { password: PASSWORD, from, at }), 'the right password')
    blocked(t, await logIn(user.email, { from, at }), 'a wrong one')
    blocked(t, await logIn(` ${user.email.toUpperCase()}`, { from, at }), 'another spelling of the address')
  }
  t.same(await counts(), [10, 10, 10], 'blocked attempts do not count for address, account or network')
  t.equal((await user.get('/api/users/me')).status, 200, 'an existing session continues')
  const refreshed = await user.send('POST', '/api/auth/refresh', { refresh_token: user.refreshToken })
  t.equal(refreshed.status, 200, 'it can refresh')
  t.equal((await logIn(user.email, { password: PASSWORD })).status, 200, 'from elsewhere')
  const other = await signUp(url)
  t.equal((await logIn(other.email, { password: PASSWORD, from })).status, 200, 'another account from there')
})

void t.test('an unknown e-mail address is treated the same', async (t) => {
  const user = await signUp(url)
  const nobody = unknownEmail()
  const device = createDeviceTokens(config.auth.lastingSecrets).sign(randomUUID())
  const shown = ({ status, headers, body }: Answer<unknown>) => ({
    status,
    headers: [...headers.keys()],
    retryAfter: Math.ceil(Number(headers.get('retry-after')) / 60),
    error: { ...body.error, request_id: '' }
  })
  for (let index = 0; index <= 10; index++) {
    const [known, unknown] = [newAddress(), newAddress()]
    const from = index === 0 ? known : '127.0.0.1'
    t.same(
      shown(await logIn(user.email, { device, from })),
      shown(await logIn(nobody, { device, from: index === 0 ? unknown : from })),
      `guess ${index}`
    )
  }
  blocked(t, await logIn(user.email, {}), 'the account')
  blocked(t, await logIn(nobody, {}), 'nobody')
})

void t.test(
  'a hundred wrong passwords from anywhere block the account, except for a known device',
  async (t) => {
    const user = await signUp(url)
    const device = await knownDevice(t, user.email)
    await Promise.all(Array.from({ length: 10 }, () => guess(t, user.email, 10, { from: newAddress() })))
    blocked(t, await logIn(user.email, { password: PASSWORD, from: newAddress() }), 'a new address')
    t.equal((await logIn(user.email, { password: PASSWORD, device })).status, 200, 'the owner gets in')
    blocked(
      t,
      await logIn(user.email, { password: PASSWORD, from: newAddress() }),
      'that unblocks no other address'
    )
    await guess(t, user.email, 9, { device })
    t.equal((await logIn(user.email, { password: PASSWORD, device })).status, 200, 'after some mistyping')
    await guess(t, user.email, 10, { device })
    blocked(t, await logIn(user.email, { password: PASSWORD, device }), 'too often')
    await pass(3_601)
    t.equal((await logIn(user.email, { password: PASSWORD, device })).status, 200, 'an hour later')
  }
)

void t.test('a device token works only for its own account', async (t) => {
  const [user, other] = [await signUp(url), await signUp(url)]
  const device = await knownDevice(t, other.email)
  const { lastingSecrets } = config.auth
  const ofThen = (days: number) =>
    createDeviceTokens(lastingSecrets, () => Date.now() - days * 86_400_000).sign(user.userId)
  const from = newAddress()
  await guess(t, user.email, 10, { from })
  const worthless = {
    "somebody else's": device,
    altered: ofThen(0).replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
    old: ofThen(181),
    'of another key': createDeviceTokens([randomBytes(32).toString('base64')]).sign(user.userId),
    nothing: '',
    text: 'x'.repeat(91)
  }
  for (const [what, token] of Object.entries(worthless))
    blocked(t, await logIn(user.email, { password: PASSWORD, from, device: token }), what)
  t.equal((await logIn(user.email, { password: PASSWORD, from, device: ofThen(179) })).status, 200)
  refused(t, await logIn(user.email, { device: 'x'.repeat(201) }), 'VALIDATION_ERROR', ['/device_token'])
})

void t.test(
  'after a key rotation, known devices stay known while the previous key is set, and then count as new',
  async (t) => {
    const user = await signUp(url)
    const device = await knownDevice(t, user.email)
    const from = newAddress()
    await guess(t, user.email, 10, { from })
    const [first] = config.auth.lastingSecrets
    const next = { SECRETS_KEY: randomBytes(32).toString('base64') }
    const rotated = await startApi(t, configWith({ ...next, SECRETS_KEY_PREVIOUS: first }))
    const known = await logIn(user.email, { password: PASSWORD, from, device, at: rotated.url })
    t.equal(known.status, 200)
    const later = await startApi(t, configWith(next))
    blocked(t, await logIn(user.email, { password: PASSWORD, from, device, at: later.url }), 'the old token')
    const elsewhere = { password: PASSWORD, from: newAddress(), at: later.url }
    t.equal((await logIn(user.email, { ...elsewhere, device })).status, 200, 'an old token locks nobody out')
    const renewed = await logIn(user.email, { ...elsewhere, from, device: known.body.data.device_token })
    t.equal(renewed.status, 200, 'a token of the new key')
  }
)

void t.test('fifty wrong passwords from one network block that network, whatever the account', async (t) => {
  const owner = await signUp(url)
  for (const addresses of [['203.0.113.9'], ['2001:db8:7::1', '2001:db8:7:ffff::2', '2001:0db8:7:8::3']]) {
    const from = (index: number) => addresses[index % addresses.length] ?? ''
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => guess(t, unknownEmail(), 1, { from: from(index) }))
    )
    for (const address of addresses)
      blocked(t, await logIn(owner.email, { password: PASSWORD, from: address }), address, 3_600)
    await pass(3_601)
    t.equal((await logIn(owner.email, { password: PASSWORD, from: from(0) })).status, 200, 'an hour later')
  }
  await guess(t, owner.email, 1, { from: '::ffff:203.0.113.10' })
  const device = await knownDevice(t, owner.email)
  await Promise.all(Array.from({ length: 49 }, () => guess(t, unknownEmail(), 1, { from: '203.0.113.10' })))
  const from = '203.0.113.10'
  blocked(
    t,
    await logIn(owner.email, { password: PASSWORD, from }),
    'an IPv4-mapped address counts as IPv4',
    3_600
  )
  t.equal((await logIn(owner.email, { password: PASSWORD, from, device })).status, 200, 'a known device')
  t.equal(
    (await logIn(owner.email, { password: PASSWORD, from: '2001:db8:8::1' })).status,
    200,
    'another site'
  )
})

void t.test('a successful log-in resets only its own counter, and does not count', async (t) => {
  const user = await signUp(url)
  const from = newAddress()
  for (let round = 0; round < 3; round++) {
    await guess(t, user.email, 9, { from })
    t.equal((await logIn(user.email, { password: PASSWORD, from })).status, 200)
    t.same(await counts(), [9 * (round + 1), 9 * (round + 1)], 'account and network')
  }
  const before = await counts()
  const logIns = await Promise.all(
    Array.from({ length: 60 }, () => logIn(user.email, { password: PASSWORD, from }))
  )
  t.same(
    new Set(logIns.map(({ status }) => status)),
    new Set([200]),
    'sixty concurrent log-ins from one address'
  )
  t.same(await counts(), before)
})

void t.test('a successful log-in does not start a window', async (t) => {
  const user = await signUp(url)
  t.equal((await logIn(user.email, { password: PASSWORD })).status, 200)
  await pass(86_000)
  await guess(t, user.email, 10)
  blocked(t, await logIn(user.email, { password: PASSWORD }), 'for a whole day')
})

void t.test('a block ends with its window', async (t) => {
  const user = await signUp(url)
  await guess(t, user.email, 10)
  await pass(86_350)
  const late = await logIn(user.email, {})
  refused(t, late, 'TOO_MANY_FAILURES')
  t.ok(Number(late.headers.get('retry-after')) <= 50, 'Retry-After is the remaining time')
  await pass(51)
  refused(t, await logIn(user.email, {}), 'INVALID_CREDENTIALS', [], 'counting starts again')
  t.same(await counts(), [1, 1, 1])
  t.equal((await logIn(user.email, { password: PASSWORD })).status, 200)
})

void t.test('guesses at the current password in a password change count too', async (t) => {
  const user = await signUp(url)
  const change = (current_password: string) =>
    user.send('PUT', '/api/users/me/password', { current_password, new_password: 'a new password' })
  for (let index = 0; index < 10; index++)
    refused(t, await change(`guess ${index}`), 'WRONG_PASSWORD', ['/current_password'])
  blocked(t, await change(PASSWORD), 'the right one', 3_600)
  t.equal((await logIn(user.email, { password: PASSWORD })).status, 200, 'they do not block log-ins')
  await pass(3_601)
  refused(t, await change('once more'), 'WRONG_PASSWORD', ['/current_password'])
  t.equal((await change(PASSWORD)).status, 200)
  t.same(await counts(), [], 'a success resets them')
})

void t.test('a thousand concurrent guesses get no further than sequential ones', async (t) => {
  const user = await signUp(url)
  const device = await knownDevice(t, user.email)
  const many = (how: (index: number) => LogIn) =>
    Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        logIn(user.email, { ...how(index), at: index % 2 ? url : second.url })
      )
    )
  const one = newAddress()
  const addresses = Array.from({ length: 250 }, newAddress)
  const of = async (how: (index: number) => LogIn, most: number, what: string) => {
    const codes = (await many(how)).map(({ body }) => body.error.code)
    t.equal(codes.filter((code) => code === 'INVALID_CREDENTIALS').length, most, what)
    // The line for password checks is bounded too, so some get AUTH_BUSY.
    t.same(
      new Set(codes.filter((code) => code !== 'INVALID_CREDENTIALS' && code !== 'AUTH_BUSY')),
      new Set(['TOO_MANY_FAILURES'])
    )
  }
  await of(() => ({ from: one }), 10, 'one address')
  await of((index) => ({ from: addresses[index % 250] ?? '' }), 90, 'all addresses, besides those ten')
  await of(() => ({ device }), 10, 'one device')
  t.equal((await counts()).at(-1), 100)
})

void t.test('every failure leaves an audit entry with the count so far', async (t) => {
  const { configWith: kept, sql: rows } = await createInstallation(t)
  const api = await startApi(t, kept({ GUESSES_PER_ACCOUNT_AND_NETWORK: '2' }))
  const user = await signUp(api.url)
  for (let index = 0; index < 3; index++) await logIn(user.email, { at: api.url })
  const found = await rows`select data -> 'details' as details from ${committedEvents(rows)}
    where user_id = ${user.userId} and data ->> 'action' = 'auth.password_refused' order by sequence`
  t.same(
    found.map((row) => row['details'] as unknown),
    [
      { failures: 1, blocked: false },
      { failures: 2, blocked: true }
    ]
  )
  const nobody = unknownEmail()
  await logIn(nobody, { at: api.url })
  await logIn(nobody, { at: api.url })
  const targets = await rows<
    { target: { type: string; id: string } }[]
  >`select data -> 'target' as target from ${committedEvents(rows)}
    where user_id is null and data ->> 'action' = 'auth.password_refused'`
  t.equal(
    new Set(targets.map(({ target }) => target.id)).size,
    1,
    'an unknown account always has the same id'
  )
  t.match(targets[0]?.target, { type: 'unknown_account', id: /^[0-9a-f]{64}$/ })
})

void t.test('expired counters are removed', async (t) => {
  const { failures } = resource(second.app, 'database')
  await guess(t, unknownEmail(), 1)
  await failures.prune()
  t.equal((await counts()).length, 3)
  await pass(86_401)
  await failures.prune()
  t.same(await counts(), [])
})
