import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { createPasswords } from '../../plugins/auth/passwords.js'
import { Client, PASSWORD, refused, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

const { config, configWith, sql } = await createInstallation(t, { RATE_LIMIT_PASSWORD_FAILURES: '1000' })
const { url } = await startApi(t, config)

const login = (at: string, email: string, password: string) =>
  new Client(at).send('POST', '/api/auth/login', { email, password })
const hashOf = async (userId: string) => {
  const [row] = await sql<{ password_hash: string }[]>`select password_hash from users where id = ${userId}`
  return String(row?.password_hash)
}

void t.test('a log-in makes the hash anew when the cost was raised', async (t) => {
  const raised = await startApi(t, configWith({ BCRYPT_COST: '5' }))
  const user = await signUp(url)
  const old = await hashOf(user.userId)
  t.match(old, /^\$2[aby]\$04\$/)
  refused(t, await login(raised.url, user.email, 'a wrong password'), 'INVALID_CREDENTIALS')
  t.equal(await hashOf(user.userId), old, 'a wrong password changes nothing')
  t.equal((await login(raised.url, user.email, PASSWORD)).status, 200)
  const strong = await hashOf(user.userId)
  t.match(strong, /^\$2[aby]\$05\$/)
  for (const at of [raised.url, url]) {
    t.equal((await login(at, user.email, PASSWORD)).status, 200)
    t.equal(await hashOf(user.userId), strong, 'once is enough, and nobody makes it weaker')
  }
  refused(t, await login(raised.url, user.email, 'a wrong password'), 'INVALID_CREDENTIALS')
  const weak = await signUp(url)
  const changed = await new Client(raised.url, weak.token).send('PUT', '/api/users/me/password', {
    current_password: PASSWORD,
    new_password: 'a new password'
  })
  t.equal(changed.status, 200, 'a weak hash can be replaced by a new password')
  t.match(await hashOf(weak.userId), /^\$2[aby]\$05\$/)
})

void t.test('log-ins that all make the hash anew do not refuse each other', async (t) => {
  const urls = await Promise.all(
    [1, 2].map(async () => (await startApi(t, configWith({ BCRYPT_COST: '6' }))).url)
  )
  for (let round = 0; round < 5; round++) {
    const user = await signUp(url)
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => login(String(urls[index % 2]), user.email, PASSWORD))
    )
    t.same(
      answers.map(({ status }) => status),
      Array.from({ length: 8 }, () => 200)
    )
    t.match(await hashOf(user.userId), /^\$2[aby]\$06\$/)
  }
})

void t.test('unknown, deactivated and mistyped take the same time', async (t) => {
  const api = await startApi(t, configWith({ RATE_LIMIT_PASSWORD_FAILURES: '1000', BCRYPT_COST: '9' }))
  const user = await signUp(api.url)
  const deactivated = await signUp(api.url)
  await sql`update users set is_active = false where id = ${deactivated.userId}`
  const cheap = await signUp(url)
  const emails = {
    mistyped: user.email,
    unknown: 'nobody@example.com',
    deactivated: deactivated.email,
    'mistyped, with a cheap old hash': cheap.email
  }
  const times: Record<string, number[]> = {}
  // One after the other, so that whatever else goes on meets all of them alike.
  for (let sample = 0; sample < 31; sample++) {
    for (const [kind, email] of Object.entries(emails)) {
      const start = performance.now()
      const { status } = await login(api.url, email, 'a wrong password')
      ;(times[kind] ??= []).push(performance.now() - start)
      t.equal(status, 401)
    }
  }
  const median = (values: number[] = []) =>
    Number(values.sort((a, b) => a - b)[Math.floor(values.length / 2)])
  const expected = median(times['mistyped'])
  for (const [kind, values] of Object.entries(times)) {
    const ratio = median(values) / expected
    t.ok(ratio > 0.6 && ratio < 1.7, `${kind}: ${ratio.toFixed(2)} of ${expected.toFixed(1)} ms`)
  }
})

void t.test('hashing never holds up the event loop', async (t) => {
  const passwords = createPasswords(11)
  let [turns, done] = [0, 0]
  const work = Array.from({ length: 3 }, () =>
    passwords.inTurn('check', null, async (hasher) => {
      const hash = await hasher.hash('a password')
      t.ok(await hasher.verify('a password', hash))
      t.notOk(await hasher.verify('a password', null), 'nobody has it')
      done += 1
    })
  )
  while (done < work.length) {
    await turn()
    turns += 1
  }
  await Promise.all(work)
  // A dozen hashes; one that is computed on this thread lets the loop turn no more than once.
  t.ok(turns > 500, `${turns} turns`)
})

void t.test('only so many are in line', async (t) => {
  const passwords = createPasswords(4)
  let release = () => {}
  const gate = new Promise<void>((resolve) => (release = resolve))
  let working = 0
  const wait = () =>
    passwords.inTurn('check', null, async () => {
      working += 1
      await gate
    })
  const waiting = Array.from({ length: 2 }, wait)
  await until(async () => working === 2)
  waiting.push(...Array.from({ length: 200 }, wait))
  await t.rejects(wait(), { code: 'AUTH_BUSY', status: 503, retryAfter: 1 })
  t.equal(working, 2, 'two at once')
  release()
  await Promise.all(waiting)
  t.equal(working, 202)
  await wait()
})
