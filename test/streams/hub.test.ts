import { randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { AppError } from '../../core/errors.js'
import type { LoggedEvent } from '../../core/logged-event.js'
import type { EventFeedRepository } from '../../db/event-feed.js'
import { StreamHub } from '../../plugins/streams/hub.js'
import type { EventStream } from '../../plugins/streams/stream.js'
import { until } from '../helpers/until.js'

const EVENT = {
  event_type: 'document.deleted',
  ...{ tenant_id: null, user_id: null, timestamp: '2026-01-01T00:00:00.000Z' },
  data: {}
}

/** A log in memory, and a process's streams of it. */
function createWorld(bytes = 100) {
  const epoch = randomUUID()
  const tenant = { id: randomUUID(), database_name: 'tenant', server: 'main' }
  const log: LoggedEvent[] = []
  const world = { reads: 0, fails: false, polls: 0, isMarked: false, ended: [] as string[] }
  const feed: EventFeedRepository = {
    async read(start, _filter, limit) {
      await turn()
      if (world.fails) throw new Error('the database is down')
      world.reads++
      const at = (position: number) => ({ epoch, position })
      const from = typeof start === 'object' ? start.position : start === 'latest' ? log.length : 0
      const events = log.slice(from, from + limit)
      return { outcome: 'read', events, from: at(from), next: at(from + events.length), last: log.length }
    }
  }
  const hub = new StreamHub({
    withFeed: (_tenant, work) => work(feed),
    listMarked: async (logs) => {
      world.polls += 1
      return world.isMarked ? logs : []
    },
    ...{ perProcess: 1_000, perLog: 1_000, heartbeatMs: 60_000 },
    onFirst: () => undefined,
    onFailure: () => undefined,
    onEnd: ({ reason }) => world.ended.push(reason)
  })
  t.teardown(() => hub.stop())
  const add = (count: number, event_type = 'document.deleted') => {
    for (let n = 0; n < count; n++)
      log.push({
        ...EVENT,
        position: log.length + 1,
        event_id: randomUUID(),
        event_type,
        data: { text: 'x'.repeat(bytes) }
      })
    hub.wake(tenant.id)
  }
  const open = (confirmAccess = () => Promise.resolve()) =>
    hub.open({
      ...{ tenant, start: 'oldest', confirmAccess },
      sees: () => ({ hidden: [], types: null, addresses: true }),
      cut: () => undefined
    })
  return { world, hub, log, add, open }
}

/** Reads a stream as fast as it can. @returns a growing list of the ids of its events */
function read(stream: EventStream): string[] {
  const ids: string[] = []
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text += chunk
    const end = text.lastIndexOf('\n\n')
    for (const [, id = ''] of text.slice(0, end).matchAll(/"event_id":"([\da-f-]+)"/g)) ids.push(id)
    text = text.slice(end)
  })
  return ids
}

void t.test('streams that keep up share their reads', async (t) => {
  const { world, log, add, open } = createWorld()
  const streams = await Promise.all(Array.from({ length: 200 }, () => open()))
  const received = streams.map(read)
  await until(async () => streams.every(({ ready }) => ready))
  world.reads = 0
  for (let round = 1; round <= 10; round++) {
    add(3)
    await until(async () => received.every((ids) => ids.length === 3 * round))
  }
  t.ok(world.reads <= 20, `${world.reads} reads for 10 additions and 200 streams`)
  for (const ids of received)
    t.same(
      ids,
      log.map(({ event_id }) => event_id)
    )
})

void t.test('an unread stream buffers one delivery, however much is logged', async (t) => {
  const { log, add, open } = createWorld(1_000)
  const held = async (events: number) => {
    add(events)
    await until(async () => reading.length === log.length)
    return slow.readableLength
  }
  const slow = await open()
  const reading = read(await open())
  const [some, more] = [await held(1_000), await held(5_000)]
  t.equal(more, some, `${some} bytes`)
  t.ok(some < 100_000)
  const late = read(slow)
  await until(async () => late.length === log.length)
  t.same(late, reading)
})

void t.test('after a failed read, a log is read at the next wake-up', async (t) => {
  const { world, log, add, open } = createWorld()
  const ids = read(await open())
  world.fails = true
  add(2)
  await turn()
  await turn()
  world.fails = false
  add(1)
  await until(async () => ids.length === 3)
  t.same(
    ids,
    log.map(({ event_id }) => event_id)
  )
})

void t.test('a log is polled only while the main database has its mark', async (t) => {
  const { world, log, open } = createWorld()
  const ids = read(await open())
  await until(async () => world.reads >= 2)
  const { reads } = world
  // Added without a notification.
  log.push({ ...EVENT, position: 1, event_id: randomUUID() })
  await until(async () => world.polls >= 2)
  t.equal(world.reads, reads, 'no mark, no read')
  world.isMarked = true
  await until(async () => ids.length === 1)
})

void t.test('a stream ends if its access is refused, or cannot be confirmed for a second', async (t) => {
  const { world, open } = createWorld()
  const refused = await open(() => Promise.reject(new AppError('TENANT_NOT_FOUND')))
  const unknown = await open(() => Promise.reject(new AppError('DATABASE_UNAVAILABLE')))
  const hanging = await open(() => new Promise(() => undefined))
  const good = await open()
  for (const stream of [refused, unknown, hanging, good]) read(stream)
  await until(async () => world.ended.length === 3)
  t.same(world.ended, ['access', 'access', 'access'])
  t.notOk(good.destroyed)
})

void t.test('checks that hang are not asked for again, nor for streams that have ended', async (t) => {
  const { world, open } = createWorld()
  const held: (() => void)[] = []
  const hang = () => new Promise<void>((resolve) => held.push(resolve))
  const streams = await Promise.all(Array.from({ length: 100 }, () => open(hang)))
  streams.forEach(read)
  await until(async () => world.ended.length === streams.length)
  const { length } = held
  while (held.length > 0) held.splice(0).forEach((end) => end())
  // Those in line get their turns.
  const good = await open()
  read(good)
  await until(async () => good.confirmedAt > good.deliveredAt)
  t.ok(length < streams.length, `${length} checks at once`)
  t.same(held, [], 'no other check was in line')
})

void t.test('a log that a restore has shortened is not read over and over', async (t) => {
  const { world, log, add, open } = createWorld()
  const ids = read(await open())
  add(3)
  await until(async () => ids.length === 3)
  log.length = 1
  const later = read(await open())
  await until(async () => later.length === 1)
  const { reads } = world
  for (let n = 0; n < 100; n++) await turn()
  t.ok(world.reads <= reads + 2, `${world.reads - reads} reads`)
})

void t.test('a stream survives a stall of its process', async (t) => {
  const { world, open } = createWorld()
  let checks = 0
  read(
    await open(async () => {
      checks += 1
    })
  )
  await until(async () => checks >= 1)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500)
  await until(async () => checks >= 3 || world.ended.length > 0)
  t.same(world.ended, [])
})

void t.test('ended streams leave nothing behind', async (t) => {
  const { world, hub, add, open } = createWorld()
  const streams = await Promise.all(Array.from({ length: 10 }, () => open()))
  t.equal(hub.size, 10)
  for (const stream of streams) stream.destroy()
  await until(async () => hub.size === 0)
  const { reads } = world
  add(1)
  await turn()
  t.equal(world.reads, reads, 'the log is not read for them')
})
