import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { createClient } from '../../db/client.js'
import { createPasswordFailureRepository } from '../../db/main/password-failures-repository.js'
import { createSessionRepository } from '../../db/main/sessions-repository.js'
import { createUserRepository } from '../../db/main/users-repository.js'
import { createDeviceTokens } from '../../plugins/auth/device-tokens.js'
import { AppError } from '../../core/errors.js'
import { createGuessCounts, type Guess } from '../../src/services/auth/guess-limits.js'
import { createInstallation } from '../helpers/installation.js'

/** Seconds between two rounds. */
const STEP = 600
const ROUNDS_A_DAY = 86_400 / STEP
const ADDRESSES = 1_000

interface Account {
  email: string
  userId: string | null
}

/** Pseudo-random numbers from a seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Strangers guess day and night, and the owner logs in several times a day from a known device, sometimes mistyping. Uses
 * the real rules and statements, but no hashing; time passes by ageing all counters.
 * @param guesses the strangers' guesses in each round
 */
export async function simulate(t: Test, { days, guesses }: { days: number; guesses: number }): Promise<void> {
  const { config } = await createInstallation(t)
  const client = createClient(config.database, { max: 4, applicationName: 'simulation' })
  t.teardown(() => client.close())
  const failures = createPasswordFailureRepository(client)
  const sessions = createSessionRepository(client, config.auth.sessions)
  const users = createUserRepository(client)
  let now = Date.now()
  const devices = createDeviceTokens(config.auth.lastingSecrets, () => now)
  const counts = createGuessCounts({ failures, devices, limits: config.auth.guesses })
  const random = seeded(1)
  const below = (limit: number) => Math.floor(random() * limit)

  const passwordHash = 'a hash'
  async function createAccount(name: string): Promise<Account & { userId: string }> {
    const [id, email] = [randomUUID(), `${name}@example.com`]
    const rights = { address: 'unverified', mayCreateTenants: false } as const
    await users.insert({ id, email, passwordHash, firstName: name, lastName: name, ...rights, ip: null })
    return { email, userId: id }
  }
  /** An attempt whose password may be checked; undefined if it is refused. */
  async function attempt(account: Account, ip: string, deviceToken?: string): Promise<Guess | undefined> {
    try {
      return await counts.logIn({ ...account, ip, deviceToken })
    } catch (error) {
      if (error instanceof AppError && error.code === 'TOO_MANY_FAILURES') return undefined
      throw error
    }
  }
  async function succeed({ userId }: { userId: string }, ip: string, guess: Guess): Promise<string> {
    const session = { id: randomUUID(), userAgent: null, ttl: 60 }
    const { outcome } = await sessions.insert(
      session,
      { userId, ip, onBehalfOf: null },
      { passwordHash, guess }
    )
    t.equal(outcome, 'started')
    return devices.sign(userId, guess.device?.id)
  }

  const [owner, hunted, stranger] = [
    await createAccount('owner'),
    await createAccount('hunted'),
    await createAccount('stranger')
  ]
  const nobody = { email: 'nobody@example.com', userId: null }
  const address = (index: number) =>
    `198.${18 + Math.floor(index / 65_536)}.${(index >> 8) & 255}.${index & 255}`
  const first = await attempt(owner, '192.0.2.1')
  let device = await succeed(owner, '192.0.2.1', first as Guess)

  for (let day = 1; day <= days; day++) {
    const looked = { owner: 0, nobody: 0, hunted: 0 }
    for (let round = 0; round < ROUNDS_A_DAY; round++) {
      for (let index = 0; index < guesses; index++) {
        const from = address(below(ADDRESSES))
        if (await attempt(owner, from)) looked.owner += 1
        if (await attempt(nobody, from)) looked.nobody += 1
      }
      if (await attempt(hunted, '203.0.113.1')) looked.hunted += 1
      // The attacker also logs in to an account of their own, which must not reset their failures.
      const own = await attempt(stranger, '203.0.113.1')
      if (own) await succeed(stranger, '203.0.113.1', own)
      if (round % 24 === 12) {
        // The owner may come from any address, even one from which strangers guess.
        const from = address(below(ADDRESSES))
        for (let mistakes = below(4); mistakes > 0; mistakes--)
          t.ok(await attempt(owner, from, device), 'the mistyping owner may try again')
        const guess = await attempt(owner, from, device)
        t.ok(guess, `day ${day}, round ${round}: the owner gets in`)
        if (guess) device = await succeed(owner, from, guess)
      }
      await client.sql`update password_failures set since = since - make_interval(secs => ${STEP})`
      now += STEP * 1000
    }
    t.same(looked, { owner: 100, nobody: 100, hunted: 10 }, `day ${day}: the guesses that were checked`)
    await failures.prune()
  }
}
