import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import { connect } from '../../db/connect.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import { movingOf } from '../../scripts/tenants/moving.js'
import { startChild } from '../../scripts/start/children.js'
import { Client, createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { seeded } from '../patches/seeded.js'
import { Direct, putAll } from '../resumable/direct.js'
import { content, MIB, Tus } from '../resumable/tus.js'
import { startReceiver } from '../webhooks/receiver.js'
import { createTwoServers, placeOf, type Strategies } from './servers.js'

export interface ProcessKills {
  strategies: Strategies
  /** A superuser's URL of the second server; by default that is a database on the first. */
  secondServer?: string
  /** The number of moves; an API process and a worker are killed during each. */
  moves: number
  seed: number
}

/** Bytes: more than a connection's buffers hold. */
const LARGE = 9 * MIB
const PART = 8 * MIB
/** The processes are killed within this many milliseconds of the start of a move. */
const LONGEST_MS = 1_500

/**
 * Kills an API process and a worker during each move of a tenant, while a resumable upload, a download, direct uploads
 * (on S3) and webhook deliveries continue across the moves. Every confirmed document must be there, the log must have
 * every event once and without gaps, and the receiver must get each event, though several are in flight at once.
 * @param settings the storage's settings
 */
export async function killProcesses(
  t: Test,
  { strategies, secondServer, moves, seed }: ProcessKills,
  settings: Record<string, string>
): Promise<void> {
  const installation = await createTwoServers(
    t,
    strategies,
    { WEBHOOK_ALLOW_HTTP: 'true', WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8', ...settings },
    secondServer
  )
  const { config, sql, environment } = installation
  const random = seeded(seed).below
  const { url } = await startApi(t, config)
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  const receiver = await startReceiver(t)
  await admin.send('POST', `/api/tenants/${tenant.id}/webhooks`, {
    url: receiver.url,
    event_types: ['document.uploaded']
  })
  const operator = openInstallation(config)
  t.teardown(() => operator.close())
  const moving = movingOf(operator)
  const inPlace = async <T>(work: (place: ReturnType<typeof connect>) => Promise<T>): Promise<T> => {
    const [row] = await sql<{ server: string; database_name: string }[]>`
      select server, database_name from tenants where id = ${tenant.id}`
    if (row === undefined) throw new Error('The tenant is gone')
    const { url: database, connection } = placeOf(installation, row)
    const place = connect(database, { max: 1, connection })
    return work(place).finally(() => place.end())
  }

  const tus = new Tus(admin, tenant.id)
  const direct = config.storage.driver === 's3' ? new Direct(admin, tenant.id) : undefined
  const bytes = content(LARGE)
  const large = await uploaded(admin, tenant.id, bytes)
  /** The confirmed documents, including the one from before. */
  const confirmed = new Set([large.id])
  const sent: { path: string; bytes: Buffer }[] = []

  /** Uploads until the client's process is killed. */
  async function write(client: Client): Promise<void> {
    for (;;) {
      const answer = await client.upload(tenant.id, `content ${randomUUID()}`).catch(() => undefined)
      if (answer === undefined) return
      if (answer.status !== 201) t.fail(`an upload was answered with ${answer.status}`)
      confirmed.add(answer.body.data.id)
    }
  }

  for (let n = 0; n < moves; n++) {
    const env = { ...process.env, ...environment, LOG_LEVEL: 'fatal' }
    const api = startChild('api', 'src/server', env)
    const worker = startChild('worker', 'workers/main', env)
    const victim = new Client(await api.ready, admin.token)
    await worker.ready
    const half = content(200_000)
    const resumed = await tus.created(half.length)
    t.equal((await tus.patch(resumed, 0, half.subarray(0, 90_000))).status, 204)
    const begun = await direct?.created(LARGE)
    const download = await fetch(`${url}/api/tenants/${tenant.id}/documents/${large.id}/content`, {
      headers: { authorization: `Bearer ${String(admin.token)}` }
    })
    const writing = [write(victim), write(victim)]
    const kill = async () => {
      await delay(random(LONGEST_MS))
      for (const child of random(2) === 0 ? [api, worker] : [worker, api]) {
        child.kill()
        await child.ended
      }
    }
    const [moved] = await Promise.all([
      moving.move(tenant.id, n % 2 === 0 ? 'two' : 'main'),
      kill(),
      ...writing
    ])
    t.match(moved, { outcome: 'moved' })
    t.ok(Buffer.from(await download.arrayBuffer()).equals(bytes), 'a download continues')
    t.equal(
      (await tus.patch(resumed, 90_000, half.subarray(90_000))).status,
      204,
      'a resumable upload continues'
    )
    sent.push({ path: resumed, bytes: half })
    if (direct !== undefined && begun !== undefined) {
      const bytes = content(LARGE)
      await putAll(await direct.partsOf(begun), bytes, PART)
      t.equal((await direct.complete(begun)).status, 202, 'a direct upload continues')
      sent.push({ path: begun, bytes })
    }
    // Ends the leases of the killed processes early.
    await sql`update webhook_endpoints set leased_until = now() - interval '1 second' where leased_until is not null`
    await inPlace(
      (place) =>
        place`update upload_sessions set lease_until = now() - interval '1 second' where lease_owner is not null`
    )
  }

  await startWorker(t, config)
  for (const { path, bytes } of sent) {
    await until(async () => (await tus.get(path))['state'] === 'done')
    const id = String((await tus.get(path))['document_id'])
    t.ok((await tus.download(id)).equals(bytes), `${bytes.length} bytes were uploaded across a move`)
    confirmed.add(id)
  }
  await inPlace(async (place) => {
    await until(async () => (await place`select from outbox`).length === 0)
    const documents = await place<{ id: string }[]>`select id from documents`
    const there = new Set(documents.map(({ id }) => id))
    t.same(
      [...confirmed].filter((id) => !there.has(id)),
      [],
      'no confirmed document is lost'
    )
    const [log] = await place`select count(*) = max(position) as whole from events`
    t.equal(log?.['whole'], true, 'the log has no gap')
    const announced = await place<{ event_id: string; document: string }[]>`
      select event_id, data ->> 'document_id' as document from events where event_type = 'document.uploaded'
      order by position`
    t.same(announced.map(({ document }) => document).sort(), [...there].sort(), 'each document has one event')
    const delivered = () => [...new Set(receiver.messages.map(({ headers }) => headers['webhook-id']))]
    await until(() => delivered().length >= announced.length)
    t.same(
      delivered().sort(),
      announced.map(({ event_id }) => event_id).sort(),
      'the receiver got each event'
    )
    t.comment(`${there.size} documents, ${receiver.messages.length} deliveries`)
  })
}
