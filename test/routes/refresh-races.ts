import type { Test } from 'tap'
import { Client, logIn, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

interface Tokens {
  access_token: string
  refresh_token: string
}

const PARALLEL = 50

/**
 * Refreshes one token many times concurrently, through two applications as in two processes, round after round. Every
 * round must leave one live token. Replaying an old token while others refresh must end the session.
 */
export async function raceRefreshes(t: Test, rounds: number): Promise<void> {
  const { config, sql } = await createInstallation(t)
  const urls = [(await startApi(t, config)).url, (await startApi(t, config)).url]
  const refresh = (token: string, at: number) =>
    new Client(urls[at % 2] ?? '').send<Tokens>('POST', '/api/auth/refresh', { refresh_token: token })
  const user = await signUp(urls[0] ?? '')

  for (let round = 1; round <= rounds; round++) {
    const { refresh_token: first } = await logIn(urls[0] ?? '', user.email)
    const [family] = await sql<
      { id: string }[]
    >`select id from token_families order by created_at desc limit 1`
    const state = () =>
      sql`select generation, revoked_at is null as living from token_families where id = ${String(family?.id)}`

    const answers = await Promise.all(Array.from({ length: PARALLEL }, (_, index) => refresh(first, index)))
    const successors = new Set(answers.map(({ body }) => body.data.refresh_token))
    const agreed =
      answers.every(({ status }) => status === 200) && successors.size === 1 && !successors.has(first)
    t.ok(agreed, `round ${round}: ${PARALLEL} refreshes, one successor`)
    t.same(await state(), [{ generation: 1, living: true }])

    const second = [...successors][0] ?? ''
    const third = (await refresh(second, round)).body.data.refresh_token
    // The first token is two generations old now. Whichever request comes first, the session must end.
    const [replayed, ...others] = await Promise.all([
      refresh(first, 0),
      ...Array.from({ length: 4 }, (_, index) => refresh(third, index))
    ])
    t.equal(replayed.status, 401)
    t.match(await state(), [{ living: false }])
    const descendants = [
      first,
      second,
      third,
      ...others.map(({ body }) => (body.data as Tokens | undefined)?.refresh_token)
    ]
    for (const token of descendants) {
      if (token !== undefined) t.equal((await refresh(token, round)).status, 401, 'no descendant is valid')
    }
  }
}
