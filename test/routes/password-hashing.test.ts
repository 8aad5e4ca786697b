import { setImmediate as turn } from 'node:timers/promises'
import { hash as bcrypt } from '@node-rs/bcrypt'
import t from 'tap'
import { createPasswords } from '../../plugins/auth/passwords.js'
import { Client, PASSWORD, refused, signUp, startApi } from '../helpers/api.js'
import { createInstallation, MANY_GUESSES } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

const { config, configWith, sql } = await createInstallation(t, MANY_GUESSES)
const { url } = await startApi(t, config)

const login = (at: string, email: string, password: string) =>
  new Client(at).send('POST', '/api/auth/login', { email, password })
const hashOf = async (userId: string) => {
  const [row] = await sql<{ password_hash: string }[]>`select password_hash from users where id = ${userId}`
  return String(row?.password_hash)
}

/** Stores a bcrypt hash, as an earlier version did. */
const store = async (userId: string, password: string, cost = 4) => {
  const stored = await bcrypt(password, cost)
  await sql`update users set password_hash = ${stored} where id = ${userId}`
  return stored
}
const ITERATIONS = (times: number) => configWith({ PASSWORD_HASH_ITERATIONS: String(times) })

void t.test('a log-in replaces the hash if the cost was raised', async (t) => {
  const raised = await startApi(t, ITERATIONS(2))
  const user = await signUp(url)
  const old = await hashOf(user.userId)
  t.match(old, /^\$argon2id\$v=19\$m=7168,t=1,p=1\$/)
  refused(t, await login(raised.url, user.email, 'a wrong password'), 'INVALID_CREDENTIALS')
  t.equal(await hashOf(user.userId), old, 'a wrong password changes nothing')
  t.equal((await login(raised.url, user.email, PASSWORD)).status, 200)
  const strong = await hashOf(user.userId)
  t.match(strong, /^\$argon2id\$v=19\$m=7168,t=2,p=1\$/)
  for (const at of [raised.url, url]) {
    t.equal((await login(at, user.email, PASSWORD)).status, 200)
    t.equal(await hashOf(user.userId), strong, 'it is replaced once, and never by a weaker one')
  }
  refused(t, await login(raised.url, user.email, 'a wrong password'), 'INVALID_CREDENTIALS')
  const weak = await signUp(url)
  const changed = await new Client(raised.url, weak.token).send('PUT', '/api/users/me/password', {
    current_password: PASSWORD,
    new_password: 'a new password'
  })
  t.equal(changed.status, 200, 'a new password replaces a weak hash')
  t.match(await hashOf(weak.userId), /,t=2,p=1\$/)
})

void t.test('concurrent log-ins that replace the hash do not refuse each other', async (t) => {
  const urls = await Promise.all([1, 2].map(async () => (await startApi(t, ITERATIONS(3))).url))
  for (let round = 0; round < 5; round++) {
    const user = await signUp(url)
    if (round % 2 === 1) await store(user.userId, PASSWORD)
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => login(String(urls[index % 2]), user.email, PASSWORD))
    )
    t.same(
      answers.map(({ status }) => status),
      Array.from({ length: 8 }, () => 200)
    )
    t.match(await hashOf(user.userId), /,t=3,p=1\$/)
  }
})

void t.test('a bcrypt hash of an earlier version works, and is replaced', async (t) => {
  const composed = 'gr\u00fcne Wiese \u212b'
  const [nfc, nfd] = [composed.normalize('NFC'), composed.normalize('NFD')]
  for (const stored of new Set([composed, nfc, nfd, 'with\u00a0spaces\u3000of all kinds'])) {
    for (const typed of new Set([stored, stored.normalize('NFC'), stored.normalize('NFD')])) {
      const user = await signUp(url)
      const old = await store(user.userId, stored)
      refused(t, await login(url, user.email, `${typed}!`), 'INVALID_CREDENTIALS')
      t.equal(await hashOf(user.userId), old)
      // A stored raw password in neither form matches only if typed exactly like it.
      if (stored === composed && typed !== stored) continue
      t.equal((await login(url, user.email, typed)).status, 200)
      t.match(await hashOf(user.userId), /^\$argon2id\$/)
      for (const form of ['NFC', 'NFD'])
        t.equal((await login(url, user.email, typed.normalize(form))).status, 200, 'from then on in any form')
    }
  }
  const user = await signUp(url)
  const long = 'a long password, '.repeat(5)
  await store(user.userId, long.slice(0, 72))
  refused(t, await login(url, user.email, long), 'INVALID_CREDENTIALS', [], 'bcrypt hashed only 72 bytes')
  t.equal((await login(url, user.email, long.slice(0, 72))).status, 200)
  refused(t, await login(url, user.email, long), 'INVALID_CREDENTIALS', [], 'now every byte counts')
})

void t.test(
  'log-ins with an unknown address, a deactivated account or a wrong password take the same time',
  async (t) => {
    const api = await startApi(
      t,
      configWith({ PASSWORD_HASH_MEMORY_KIB: '19456', PASSWORD_HASH_ITERATIONS: '2' })
    )
    const user = await signUp(api.url)
    const deactivated = await signUp(api.url)
    await sql`update users set is_active = false where id = ${deactivated.userId}`
    const cheap = await signUp(url)
    const [bcrypted, cheaper] = [await signUp(api.url), await signUp(api.url)]
    await store(bcrypted.userId, PASSWORD, 9)
    await store(cheaper.userId, PASSWORD, 7)
    const emails = {
      mistyped: user.email,
      unknown: 'nobody@example.com',
      deactivated: deactivated.email,
      'mistyped, with a cheap hash': cheap.email,
      'mistyped, with a bcrypt hash': bcrypted.email,
      'mistyped, with a cheaper bcrypt hash': cheaper.email
    }
    const times: Record<string, number[]> = {}
    // In turn, so that other load affects all kinds alike.
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
  }
)

void t.test('hashing does not block the event loop', async (t) => {
  const passwords = createPasswords({ memoryKib: 65_536, iterations: 3 })
  let [turns, done] = [0, 0]
  const work = Array.from({ length: 3 }, () =>
    passwords.inTurn('check', null, async (hasher) => {
      const hash = await hasher.hash('a password')
      t.ok(await hasher.verify('a password', hash, null))
      t.notOk(await hasher.verify('a password', null, 10), 'there is no such account')
      done += 1
    })
  )
  while (done < work.length) {
    await turn()
    turns += 1
  }
  await Promise.all(work)
  // There are about a dozen hashes, and each would allow one turn of the loop if computed on this thread.
  t.ok(turns > 500, `${turns} turns`)
})

void t.test('the line for password hashing is bounded', async (t) => {
  const passwords = createPasswords({ memoryKib: 7168, iterations: 1 })
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
