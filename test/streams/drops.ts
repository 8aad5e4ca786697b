import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import { type Schemas, type Strongroom, type Transport } from '../../client/index.js'
import { createAda } from '../client/people.js'
import { ownProcess, type Victim } from '../crash/victims.js'
import { logEvents, notifyOf, times } from '../helpers/event-log.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { seeded } from '../patches/seeded.js'

export interface DropOptions {
  seed: number
  /** The number of connections to break in the middle of a stream. */
  drops: number
  /** The number of kills of API processes meanwhile. */
  kills: number
  /** The number of readers per tenant; there are two tenants. */
  readers: number
  /** The number of API processes. */
  processes: number
}

/** The address of the API as clients see it. */
const ADDRESS = 'http://api.invalid'
/** A connection breaks after at most this number of characters of its stream. */
const LONGEST = 20_000

/**
 * Follows the events of two tenants while connections break, access tokens expire and processes of the API are killed,
 * and compares the received events with the logs.
 */
export async function proveDrops(t: Test, options: DropOptions): Promise<void> {
  const { environment, sql, tenantSql } = await createInstallation(t, { JWT_ACCESS_TTL: '5' })
  const random = seeded(options.seed)
  const urls = new Map<Victim, string>()
  const victims = Array.from({ length: options.processes }, (_, index): Victim => {
    const victim: Victim = ownProcess(`api ${index}`, 'src/server', environment, (url) =>
      urls.set(victim, url)
    )
    return victim
  })
  t.teardown(() => Promise.all(victims.map((victim) => victim.kill())))
  await Promise.all(victims.map((victim) => victim.start()))

  let drops = 0
  const transport: Transport = async (request) => {
    const all = [...urls.values()]
    const url = all[random.below(Math.max(1, all.length))]
    if (url === undefined) throw new TypeError('nobody answers')
    const response = await fetch(new Request(request.url.replace(ADDRESS, url), request))
    if (response.headers.get('content-type') !== 'text/event-stream' || drops >= options.drops)
      return response
    return new Response(
      breaking(response, 1 + random.below(LONGEST), () => drops++),
      response
    )
  }
  const connection = { url: ADDRESS, fetch: transport, maxRetryDelay: 100, retries: 100 }

  const stop = new AbortController()
  setMaxListeners(0, stop.signal)
  const writing = new AbortController()
  t.teardown(() => {
    writing.abort()
    stop.abort()
  })
  const tenants = await Promise.all(['one', 'other'].map((name) => world(name)))
  await killAtRandom()
  await until(async () => drops >= options.drops)
  writing.abort()
  await Promise.all(tenants.map(({ writer }) => writer))
  for (const { tenant, db, received } of tenants) {
    const lastOf = async () =>
      (
        await db<
          { last: number }[]
        >`select max(position)::int as last from events where event_type = 'document.deleted'`
      )[0]?.last
    const last = await lastOf()
    await until(async () => received.every((events) => events.some(({ position }) => position === last)))
    const logged = await db<{ event_id: string }[]>`
      select event_id from events where position <= ${last ?? 0} and event_type not in ('file.process', 'upload.finish')
      order by position`
    const expected = logged.map(({ event_id }) => event_id)
    t.ok(expected.length > 0)
    for (const events of received) {
      const upToLast = events.filter(({ position }) => position <= (last ?? 0))
      t.strictSame(
        upToLast.map(({ event_id }) => event_id),
        expected,
        `${expected.length} events of ${tenant.name}`
      )
      t.ok(
        events.every(({ tenant_id }) => tenant_id === tenant.id),
        'no event is of another tenant'
      )
    }
  }
  stop.abort()
  await Promise.all(tenants.flatMap(({ readers }) => readers))
  t.comment(`${drops} drops, ${options.kills} kills`)

  async function world(name: string) {
    const { strongroom } = await createAda(connection)
    const tenant = await strongroom.tenants.create({ name })
    const document = await strongroom.documents.upload(tenant.id, new Blob([name]), { filename: name })
    const db = tenantSql(tenant.database_name)
    const received: Schemas['LoggedEvent'][][] = Array.from({ length: options.readers }, () => [])
    const readers = received.map((events) => follow(strongroom, tenant.id, events))
    const write = async () => {
      while (!writing.signal.aborted) {
        await logEvents(db, times(1 + random.below(20)))
        await notifyOf(sql, tenant.id)
        await delay(20)
      }
    }
    // These events take the whole path: outbox, relay, log.
    const rename = async () => {
      for (let count = 0; !writing.signal.aborted; count++) {
        await strongroom.documents.update(tenant.id, document.id, { filename: `${name} ${count}` })
        await delay(100)
      }
    }
    return { tenant, db, received, readers, writer: Promise.all([write(), rename()]) }
  }

  async function follow(strongroom: Strongroom, tenantId: string, events: Schemas['LoggedEvent'][]) {
    try {
      for await (const event of strongroom.events.follow(tenantId, { signal: stop.signal }))
        events.push(event)
    } catch (error) {
      if (!stop.signal.aborted) throw error
    }
  }

  async function killAtRandom(): Promise<void> {
    for (let kills = 0; kills < options.kills; kills++) {
      const victim = random.oneOf(victims)
      await until(async () => drops >= ((kills + 1) / (options.kills + 1)) * options.drops)
      urls.delete(victim)
      await victim.kill()
      await victim.start()
    }
  }
}

function breaking({ body }: Response, after: number, onBreak: () => void): ReadableStream<Uint8Array> {
  let left = after
  return (body as ReadableStream<Uint8Array>).pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.subarray(0, Math.max(0, left)))
        left -= chunk.length
        if (left > 0) return
        onBreak()
        controller.error(new TypeError('the connection broke'))
      }
    })
  )
}
