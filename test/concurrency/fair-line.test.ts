import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { FairLine, type FairLineOptions, type Place } from '../../core/concurrency/fair-line.js'
import { AppError } from '../../core/errors.js'

const lineOf = (options: Partial<FairLineOptions> = {}) =>
  new FairLine({
    places: 1,
    waiting: 1_000,
    waitMs: 60_000,
    busy: () => new AppError('UPLOADS_BUSY'),
    ...options
  })

/** Records in which order askers get in; each leaves at once. */
function record(line: FairLine) {
  const order: string[] = []
  const ask = (...keys: string[]) =>
    line.run({ keys }, async () => void order.push(keys.join(' '))).catch((error: unknown) => error)
  return { order, ask }
}

/** Takes a place for each asker; the test releases them one by one. */
async function hold(line: FairLine, ...askers: { keys: string[]; weight?: number }[]): Promise<Place[]> {
  return Promise.all(askers.map((asker) => line.enter(asker)))
}

void t.test('keys take turns', async (t) => {
  const line = lineOf()
  const [first] = await hold(line, { keys: ['x'] })
  const { order, ask } = record(line)
  const asked = ['a', 'a', 'a', 'b', 'c'].map((key) => ask(key))
  first?.leave()
  await Promise.all(asked)
  t.same(order, ['a', 'b', 'c', 'a', 'a'], 'a key that asks often does not keep the others waiting')
})

void t.test(
  'tenants take turns, and so do the accounts in each, including an account with many tenants',
  async (t) => {
    const line = lineOf()
    const [first] = await hold(line, { keys: ['x'] })
    const { order, ask } = record(line)
    const asked = [
      ...['a1', 'a2', 'a3'].map((account) => ask('A', account)),
      ...['B1', 'B2', 'B3'].map((tenant) => ask(tenant, 'b')),
      ask('C', 'c')
    ]
    first?.leave()
    await Promise.all(asked)
    t.same(order, ['A a1', 'B1 b', 'C c', 'A a2', 'B2 b', 'A a3', 'B3 b'])
  }
)

void t.test('a place goes to the asker that holds least; turns decide only between equals', async (t) => {
  const line = lineOf({ places: 4 })
  const places = await hold(
    line,
    { keys: ['A', 'a'] },
    { keys: ['A', 'a'] },
    { keys: ['A', 'b'] },
    { keys: ['B', 'c'] }
  )
  const { order, ask } = record(line)
  const asked = [ask('A', 'a'), ask('D', 'a'), ask('A', 'd'), ask('B', 'd'), ask('E', 'e')]
  places[3]?.leave()
  await Promise.all(asked)
  t.same(order, ['B d', 'E e', 'D a', 'A d', 'A a'])
  for (const place of places) place.leave()
})

void t.test(
  'with places kept free, one key gets at most half of the places and of the line, and others always find some',
  async (t) => {
    const line = lineOf({ places: 10, waiting: 10, keepsPlacesFree: true })
    const greedy = Array.from({ length: 50 }, () =>
      line.enter({ keys: ['A', 'a'] }).catch((error: unknown) => error)
    )
    await turn()
    t.match(line.counts(), { holding: 5, waiting: 5 })
    const refused = await Promise.all(greedy.slice(10))
    t.ok(refused.every((error) => error instanceof AppError && error.code === 'UPLOADS_BUSY'))
    for (const [index, holding] of [7, 8, 9, 10].entries()) {
      const key = `other ${index}`
      void line.enter({ keys: [key] })
      void line.enter({ keys: [key] }).catch(() => undefined)
      await turn()
      t.equal(line.counts().holding, holding, `after ${index + 1} others`)
    }
    void line.close()
  }
)

void t.test('light askers do not overtake a heavy one', async (t) => {
  const line = lineOf({ places: 8 })
  const places = await hold(line, ...Array.from({ length: 8 }, (_, n) => ({ keys: [`${n}`] })))
  const order: string[] = []
  const asked = [8, 4, 4].map((weight, n) =>
    line.run({ keys: [`asker ${n}`], weight }, async () => void order.push(`${n}`))
  )
  for (const place of places.slice(1)) place.leave()
  await turn()
  t.same([order, line.counts().waiting], [[], 3])
  places[0]?.leave()
  await Promise.all(asked)
  t.same(order, ['0', '1', '2'])
})

void t.test('an aborted asker lets the next ones in', async (t) => {
  const line = lineOf({ places: 8 })
  const [, second] = await hold(line, { keys: ['a'], weight: 4 }, { keys: ['b'], weight: 4 })
  const leaving = new AbortController()
  const heavy = line.enter({ keys: ['c'], weight: 8, signal: leaving.signal })
  const light = line.enter({ keys: ['d'], weight: 4 })
  second?.leave()
  leaving.abort(new AppError('UPLOAD_INTERRUPTED'))
  await t.rejects(heavy, { code: 'UPLOAD_INTERRUPTED' })
  await light
  await t.rejects(line.enter({ keys: ['e'], signal: leaving.signal }), { code: 'UPLOAD_INTERRUPTED' })
  t.match(line.counts(), { holding: 2, waiting: 0, waits: 2 })
})

void t.test('waiting is bounded, and aborted askers are not waited for', async (t) => {
  const line = lineOf({ waitMs: 1 })
  const [first] = await hold(line, { keys: ['a'] })
  await t.rejects(line.enter({ keys: ['b'] }), { code: 'UPLOADS_BUSY' })
  first?.leave()
  await line.run({ keys: ['b'] }, async () => undefined)
})

void t.test('work that fails gives its place back, and a place is given back once', async (t) => {
  const line = lineOf()
  await t.rejects(
    line.run({ keys: ['a'] }, () => Promise.reject(new Error('no'))),
    { message: 'no' }
  )
  const place = await line.enter({ keys: ['a'] })
  place.leave()
  place.leave()
  const [held] = await hold(line, { keys: ['b'] })
  const { order, ask } = record(line)
  const asked = ask('c')
  await turn()
  t.same(order, [])
  held?.leave()
  await asked
})

void t.test('a place is wanted by askers that hold less, and recalled once for each of them', async (t) => {
  const line = lineOf({ places: 4 })
  const [a1, a2, , b] = await hold(line, ...['a', 'a', 'a', 'b'].map((key) => ({ keys: [key] })))
  t.notOk(a1?.isWanted(), 'nobody waits')
  const refused = line.enter({ keys: ['a'] })
  t.notOk(a1?.isWanted(), 'nobody else waits')
  void line.enter({ keys: ['c'] })
  t.ok(a1?.isWanted() === true && b?.isWanted() === true)
  a1?.recall()
  t.notOk(a2?.isWanted(), 'one place is enough for one waiting asker')
  a1?.leave()
  await turn()
  t.match(line.counts(), { holding: 4, waiting: 1 })
  t.notOk(b?.isWanted(), 'it holds less than the waiting asker would')
  void line.close()
  await t.rejects(refused, { code: 'SHUTTING_DOWN' })
})

void t.test('closing waits for the holders and refuses all others', async (t) => {
  const line = lineOf()
  const [first] = await hold(line, { keys: ['a'] })
  const waiting = line.enter({ keys: ['b'] })
  let closed = false
  const closing = line.close().then(() => (closed = true))
  await t.rejects(waiting, { code: 'SHUTTING_DOWN' })
  await t.rejects(line.enter({ keys: ['c'] }), { code: 'SHUTTING_DOWN' })
  t.equal(closed, false)
  first?.leave()
  await closing
})
