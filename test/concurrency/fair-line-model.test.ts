import { setImmediate as turn } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { FairLine, type Place } from '../../core/concurrency/fair-line.js'
import { AppError } from '../../core/errors.js'

/** A small seeded generator (mulberry32), so that a failure can be reproduced. */
function randomFrom(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

interface Asker {
  keys: string[]
  weight: number
  state: 'waiting' | 'holding' | 'gone'
  place?: Place
  abort: AbortController
}

/**
 * Asks, leaves and aborts at random, and compares the line's behaviour with what it promises, which is computed here
 * from the askers alone.
 */
async function play(t: Test, seed: number): Promise<void> {
  const random = randomFrom(seed)
  const places = 4 + random(20)
  const waiting = 1 + random(12)
  const keepsPlacesFree = random(2) === 0
  const line = new FairLine({
    places,
    waiting,
    waitMs: 60_000,
    busy: () => new AppError('UPLOADS_BUSY'),
    keepsPlacesFree
  })
  const askers: Asker[] = []
  const inState = (state: Asker['state']) => askers.filter((asker) => asker.state === state)
  const amount = (state: Asker['state'], key: string, of: (asker: Asker) => number) =>
    inState(state)
      .filter(({ keys }) => keys.includes(key))
      .reduce((total, asker) => total + of(asker), 0)
  const held = ({ keys }: Asker) =>
    Math.max(...keys.map((key) => amount('holding', key, ({ weight }) => weight)))
  const free = () => places - inState('holding').reduce((total, { weight }) => total + weight, 0)
  const fits = (asker: Asker) =>
    asker.weight <= free() &&
    (!keepsPlacesFree || held(asker) === 0 || held(asker) + asker.weight <= free() - asker.weight)

  function ask(): void {
    const asker: Asker = {
      keys: [`tenant ${random(4)}`, `account ${random(4)}`],
      weight: 1 + random(Math.ceil(places / 2)),
      state: 'waiting',
      abort: new AbortController()
    }
    const before = inState('waiting')
    const inLine = Math.max(...asker.keys.map((key) => amount('waiting', key, () => 1)))
    const mayWait = before.length < waiting && (inLine === 0 || inLine + 1 <= waiting - before.length - 1)
    const atOnce = before.length === 0 && fits(asker)
    askers.push(asker)
    line.enter({ ...asker, signal: asker.abort.signal }).then(
      (place) => {
        // The line admitted it before this ran, and may not have passed over a fitting asker that holds less.
        asker.state = 'holding'
        asker.place = place
      },
      (error: unknown) => {
        if ((error as AppError).code === 'UPLOADS_BUSY' && (mayWait || atOnce))
          t.fail(`seed ${seed}: refused`)
        if ((error as Error).name === 'AbortError' && !asker.abort.signal.aborted) t.fail('not aborted')
        asker.state = 'gone'
      }
    )
  }

  for (let step = 0; step < 300; step++) {
    const action = random(10)
    const holders = inState('holding')
    const waiters = inState('waiting')
    if (action < 5) ask()
    else if (action < 8 && holders.length > 0) {
      const holder = holders[random(holders.length)] as Asker
      holder.state = 'gone'
      holder.place?.leave()
    } else if (waiters.length > 0) (waiters[random(waiters.length)] as Asker).abort.abort()
    await turn()

    const { holding, waiting: inLine } = line.counts()
    if (holding !== inState('holding').length || inLine !== inState('waiting').length)
      throw new Error(`seed ${seed}, step ${step}: counts`)
    if (free() < 0 || inLine > waiting) throw new Error(`seed ${seed}, step ${step}: beyond its bounds`)
    // No asker that holds least and would fit is waiting.
    const least = Math.min(...inState('waiting').map(held))
    const next = inState('waiting').filter((asker) => held(asker) === least)
    if (next.length > 0 && next.every(fits))
      throw new Error(`seed ${seed}, step ${step}: a place is left empty`)
  }
  for (const { abort } of askers) abort.abort()
  await turn()
  for (const { place } of askers) place?.leave()
  await turn()
  t.match(line.counts(), { holding: 0, waiting: 0 }, `seed ${seed}`)
  // The askers leave no state behind: all places are available again.
  const whole = await line.enter({ keys: ['somebody'], weight: places })
  whole.leave()
}

void t.test('the line keeps its promises for any input', async (t) => {
  for (let seed = 1; seed <= 150; seed++) await play(t, seed)
})

void t.test('nobody starves: when all ask continuously, each gets about the same', async (t) => {
  const line = new FairLine({
    places: 3,
    waiting: Infinity,
    waitMs: 60_000,
    busy: () => new AppError('UPLOADS_BUSY')
  })
  const served = new Map<string, number>()
  let rounds = 0
  const askAgainAndAgain = async (tenant: string, account: string) => {
    while (rounds < 3_000) {
      await line.run({ keys: [tenant, account] }, async () => {
        rounds += 1
        for (const key of [tenant, account]) served.set(key, (served.get(key) ?? 0) + 1)
        await turn()
      })
    }
  }
  const many = Array.from({ length: 30 }, (_, n) => askAgainAndAgain('A', `a${n % 10}`))
  const few = ['b', 'b', 'b', 'c', 'c', 'c'].map((account) =>
    askAgainAndAgain(account.toUpperCase(), account)
  )
  await Promise.all([...many, ...few])
  const [a = 0, b = 0, c = 0] = ['A', 'B', 'C'].map((tenant) => served.get(tenant))
  t.ok(Math.min(a, b, c) / Math.max(a, b, c) > 0.8, `tenants: ${a}, ${b}, ${c}`)
  const accounts = Array.from({ length: 10 }, (_, n) => served.get(`a${n}`) ?? 0)
  t.ok(Math.min(...accounts) / Math.max(...accounts) > 0.8, `accounts of one: ${accounts.join(', ')}`)
})
