// The queue inside postgres.js must cost the same for the first query and the millionth: what it stores and searches may
// depend on what is queued now, never on what was queued before.
import postgres from 'postgres'
import t from 'tap'
import { testDatabaseUrl } from './dying-backend.js'
import { seeded } from './seeded.js'

interface Queue<T> {
  readonly length: number
  push(item: T): T
  shift(): T | undefined
  remove(item: T): T | null
}
type CreateQueue = <T>(initial?: T[]) => Queue<T>

const { default: createQueue } = (await import(
  new URL('queue.js', import.meta.resolve('postgres')).href
)) as { default: CreateQueue }

// An array that counts, for the queue to work on: slice() keeps the class.
let scanned = 0
let longest = 0
class Watched<T> extends Array<T> {
  override push(...items: T[]): number {
    const length = super.push(...items)
    longest = Math.max(longest, length)
    return length
  }
  override indexOf(item: T, from = 0): number {
    const found = super.indexOf(item, from)
    scanned += (found === -1 ? this.length : found + 1) - from
    return found
  }
}

void t.test('a queue that never runs empty neither grows nor gets slower', async (t) => {
  const items = Array.from({ length: 10 }, (_, id) => ({ id }))
  const queue = createQueue(Watched.from(items))
  scanned = longest = 0
  // As the pool does for each query: shift a connection, remove it to move it, push it back.
  for (let i = 0; i < 10_000; i++) {
    const item = queue.shift()
    if (!item) throw new Error('The queue lost an item')
    queue.remove(item)
    queue.push(item)
  }
  t.equal(queue.length, 10)
  t.ok(longest <= 21, `10 items took at most ${longest} slots`)
  t.ok(scanned <= 10 * 10_000, `10,000 removals scanned ${scanned} slots`)
})

void t.test('a queue behaves like an array', async (t) => {
  const { below } = seeded(1)
  const queue = createQueue<object>()
  let model: object[] = []
  let differences = 0
  for (let i = 0; i < 20_000; i++) {
    const dice = below(100)
    if (dice < 45) {
      const item = { i }
      queue.push(item)
      model.push(item)
    } else if (dice < 85) {
      if (queue.shift() !== model.shift()) differences++
    } else {
      const item = model[below(model.length + 1)] ?? {}
      if (queue.remove(item) !== (model.includes(item) ? item : null)) differences++
      model = model.filter((other) => other !== item)
    }
    if (queue.length !== model.length) differences++
  }
  while (model.length > 0) if (queue.shift() !== model.shift()) differences++
  t.equal(differences, 0)
  t.equal(queue.length, 0)
  t.equal(queue.shift(), undefined, 'an empty queue returns undefined')
  t.equal(queue.length, 0)
})

void t.test('a pool under steady load searches no more slots than it has connections', async (t) => {
  const max = 4
  const sql: postgres.Sql = postgres(testDatabaseUrl(), { max })
  t.teardown(() => sql.end())
  await Promise.all(Array.from({ length: max }, () => sql`select pg_sleep(0.05)`))

  // Counts the slots of every search for a connection, whatever array the driver keeps it in.
  let widest = 0
  const original = Reflect.get(Array.prototype, 'indexOf') as (this: unknown[], ...args: unknown[]) => number
  Array.prototype.indexOf = function (this: unknown[], item: unknown, from = 0) {
    const isConnection = typeof item === 'object' && item !== null && 'idleTimer' in item
    if (isConnection) widest = Math.max(widest, this.length - from)
    return original.call(this, item, from)
  }
  try {
    // Two of four connections are busy, so the queue of idle ones never runs empty.
    const worker = async () => {
      for (let i = 0; i < 500; i++) await sql`select 1`
    }
    await Promise.all([worker(), worker()])
  } finally {
    Array.prototype.indexOf = original
  }
  t.ok(widest > 0, 'the pool searched for connections')
  t.ok(widest <= max, `the widest search covered ${widest} slots`)
})
