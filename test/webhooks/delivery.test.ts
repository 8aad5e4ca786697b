import t from 'tap'
import { MAX_EVENT_BYTES, TENANT_EVENTS, WORK_EVENTS } from '../../core/events.js'
import { createTenant, refused, signUp, startApi, uploaded, type Page } from '../helpers/api.js'
import { logEvents, times } from '../helpers/event-log.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { startReceiver, type Received } from './receiver.js'

interface Webhook {
  id: string
  url: string
  enabled: boolean
  disabled_reason: string | null
  failing_since: string | null
  secret: string
}
interface Delivery {
  event_id: string
  event_type: string
  state: string
  attempts: number
  status: number | null
  error: string | null
  due_at: string | null
  response: string | null
}

const { config, sql, tenantSql } = await createInstallation(t, {
  WEBHOOK_ALLOW_HTTP: 'true',
  WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8'
})
const { url } = await startApi(t, config)
const worker = await startWorker(t, config)
const admin = await signUp(url, 'admin')

/** A webhook of a new tenant that sends to a new receiver. */
async function setUp(t: Parameters<typeof startReceiver>[0], given: object = {}) {
  const tenant = await createTenant(admin)
  const receiver = await startReceiver(t)
  const path = `/api/tenants/${tenant.id}/webhooks`
  const created = await admin.send<Webhook>('POST', path, { url: `${receiver.url}/hook`, ...given })
  const webhook = created.body.data
  const at = `${path}/${webhook.id}`
  const deliveries = async (query = '') =>
    (await admin.get<Page<Delivery>>(`${at}/deliveries${query}`)).body.data.items
  const get = async () => (await admin.get<Webhook>(at)).body.data
  const dueNow = () =>
    sql`update webhook_endpoints set due_at = now() where id = ${webhook.id} and leased_until is null`
  return { tenant, receiver, path, at, webhook, deliveries, get, dueNow, db: tenantSql(tenant.database_name) }
}

void t.test('every type that a webhook sends can be selected', async (t) => {
  const { path, receiver } = await setUp(t)
  const create = (type: string) =>
    admin.send<Webhook>('POST', path, { url: receiver.url, event_types: [type] })
  for (const type of TENANT_EVENTS) {
    if (WORK_EVENTS.includes(type))
      refused(t, await create(type), 'VALIDATION_ERROR', ['/event_types/0'], type)
    else t.match(await create(type), { status: 201, body: { data: { event_types: [type] } } }, type)
  }
})

void t.test('an event is delivered, signed as Standard Webhooks describes', async (t) => {
  const { tenant, receiver, webhook, deliveries } = await setUp(t, { event_types: ['document.uploaded'] })
  const document = await uploaded(admin, tenant.id, 'content')
  await until(async () => receiver.messages.length > 0)
  const [message] = receiver.messages
  t.match(message?.event, {
    type: 'document.uploaded',
    event_type: 'document.uploaded',
    tenant_id: tenant.id
  })
  t.match(message?.event.data, { document_id: document.id })
  if (message !== undefined) t.ok(receiver.verify(message, webhook.secret))
  await until(async () => (await deliveries())[0]?.state === 'delivered')
  t.match(await deliveries(), [{ event_type: 'document.uploaded', attempts: 1, status: 200, error: null }])
  t.match(
    await worker.inject('/metrics').then(({ body }) => body),
    /strongroom_webhook_attempts_total\{outcome="delivered"\} 1/
  )
})

void t.test('a failed delivery is retried with the same id', async (t) => {
  const { tenant, receiver, deliveries, dueNow, db } = await setUp(t)
  receiver.answer = (response) => response.writeHead(500).end('broken')
  await uploaded(admin, tenant.id, 'content')
  let waiting: Delivery | undefined
  await until(async () => {
    ;[waiting] = await deliveries('?state=waiting')
    return waiting !== undefined
  })
  t.match(waiting, { state: 'waiting', status: 500, error: null, response: null })
  const messages = () => receiver.messages.filter(({ event }) => event.event_id === waiting?.event_id)
  const wait = Date.parse(waiting?.due_at ?? '') - (messages()[0]?.at ?? 0)
  // A busy machine may see only the second attempt, which comes after some seconds, or be slow with the first.
  t.ok(wait > 4_000 && (wait <= 36_000 || waiting?.attempts !== 1), `in ${wait} ms`)
  receiver.answer = (response) => response.end()
  await until(async () => {
    await db`update webhook_deliveries set due_at = now() where due_at > now()`
    await dueNow()
    return (await deliveries('?state=waiting')).length === 0
  })
  const delivered = (await deliveries()).find(({ event_id }) => event_id === waiting?.event_id)
  t.match(delivered, { state: 'delivered', attempts: messages().length, status: 200, due_at: null })
  t.ok(messages().length >= 2)
  t.same([...new Set(messages().map(({ headers }) => headers['webhook-id']))], [waiting?.event_id])
})

void t.test('a receiver that fails gets one probe at a time, and everything once it works', async (t) => {
  const { tenant, receiver, webhook, deliveries, dueNow, db } = await setUp(t, {
    event_types: ['document.uploaded']
  })
  receiver.answer = (response) => void response.destroy()
  for (let n = 0; n < 12; n++) await uploaded(admin, tenant.id, `content ${n}`)
  const state = async () =>
    (
      await sql<{ failures: number; cursor: number; free: boolean; wait: number }[]>`
      select failures, cursor, leased_until is null as free, extract(epoch from due_at - now())::float8 as wait
      from webhook_endpoints where id = ${webhook.id}`
    )[0] ?? { failures: 0, cursor: 0, free: false, wait: 0 }
  const settled = async (failures: number) =>
    until(async () => {
      const { failures: now, free } = await state()
      return now === failures && free
    })
  await settled(3)
  const tried = receiver.messages.length
  t.ok(tried <= 6, `${tried} attempts`)
  const { cursor } = await state()
  // The last attempt that is not a probe.
  await db`update webhook_deliveries set attempts = 9`
  t.match((await deliveries())[0], {
    error: 'the connection was closed before a response arrived',
    status: null
  })
  await dueNow()
  await settled(4)
  t.equal(receiver.messages.length, tried + 1, 'a single probe')
  t.match(await state(), { cursor }, 'the probe is an event that failed before')
  t.same(await deliveries('?state=failed'), [], 'probes do not use up its attempts')
  const { wait } = await state()
  t.ok(wait > 250 && wait <= 360, `the next probe comes in ${wait} s`)
  await uploaded(admin, tenant.id, 'one more')
  receiver.answer = (response) => response.end()
  await dueNow()
  const delivered = async () => (await deliveries('?state=delivered&per_page=100')).length
  await until(async () => {
    // Those that failed first are due after five seconds.
    await db`update webhook_deliveries set due_at = now() where due_at > now()`
    return (await delivered()) === 13
  })
  t.match(await state(), { failures: 0 })
})

void t.test('an event that its receiver always refuses does not keep new ones from it', async (t) => {
  const { tenant, receiver, webhook, deliveries, dueNow, db } = await setUp(t, {
    event_types: ['document.uploaded']
  })
  const isRefused = ({ event }: Received) => event.event_id === receiver.messages[0]?.event.event_id
  receiver.answer = (response, message) => response.writeHead(isRefused(message) ? 400 : 204).end()
  const failures = async () =>
    (await sql<{ failures: number }[]>`select failures from webhook_endpoints where id = ${webhook.id}`)[0]
      ?.failures ?? 0
  await uploaded(admin, tenant.id, 'refused')
  await until(async () => {
    await db`update webhook_deliveries set due_at = now() where due_at > now()`
    await dueNow()
    return (await failures()) >= 4
  })
  t.ok(receiver.messages.every(isRefused), 'without a new event, all probes send that one')
  // More events of other types than one read of the log scans.
  await db`with made as (
      insert into events (position, event_id, event_type, timestamp, data)
      select last + n, gen_random_uuid(), 'document.deleted', now(), '{}' from event_state, generate_series(1, 2500) n
      returning position)
    update event_state set last = (select max(position) from made)`
  await uploaded(admin, tenant.id, 'accepted')
  await until(async () => {
    await dueNow()
    return (await deliveries('?state=delivered')).length === 1
  })
  // The other one may be retried, and refused, at once.
  await until(async () => (await failures()) < 3)
  t.match(await deliveries('?state=waiting'), [{ event_id: receiver.messages[0]?.event.event_id }])
})

void t.test('410 disables the webhook, and an admin enables it again', async (t) => {
  const { tenant, receiver, webhook, at, get } = await setUp(t, { event_types: ['document.uploaded'] })
  receiver.answer = (response) => response.writeHead(410).end()
  await uploaded(admin, tenant.id, 'content')
  await until(async () => !(await get()).enabled)
  t.match(await get(), { disabled_reason: 'gone' })
  const mails = await sql`select recipient from mails where kind = 'webhook' and subject_id = ${webhook.id}`
  t.match(mails, [{ recipient: admin.email }])
  await until(async () => {
    const { body } = await admin.get<Page<{ action: string; target: object; user_id: string | null }>>(
      `/api/tenants/${tenant.id}/audit?action=webhook.disabled`
    )
    return body.data.items.some(({ user_id }) => user_id === null)
  })
  await uploaded(admin, tenant.id, 'more')
  receiver.answer = (response) => response.end()
  t.match((await admin.send('PUT', at, { enabled: true })).body.data, {
    enabled: true,
    disabled_reason: null
  })
  await until(async () => receiver.messages.length >= 2)
  t.equal(receiver.messages.at(-1)?.event.event_type, 'document.uploaded', 'it continues where it stopped')
})

void t.test('five days of failures disable a webhook', async (t) => {
  const { tenant, receiver, webhook, get, dueNow } = await setUp(t)
  receiver.answer = (response) => response.writeHead(503).end()
  await sql`update webhook_endpoints set failures = 9, failing_since = now() - interval '121 hours'
    where id = ${webhook.id}`
  await dueNow()
  await until(async () => {
    const [visited] = await sql`select from webhook_endpoints
      where id = ${webhook.id} and due_at > now() and leased_until is null`
    return visited !== undefined
  })
  t.ok((await get()).enabled, 'not while there is nothing to send')
  await uploaded(admin, tenant.id, 'content')
  await dueNow()
  await until(async () => {
    await dueNow()
    return !(await get()).enabled
  })
  t.match(await get(), { disabled_reason: 'failing' })
})

void t.test('Retry-After applies to all deliveries of the webhook', async (t) => {
  const { tenant, receiver, webhook, deliveries } = await setUp(t, { event_types: ['document.uploaded'] })
  receiver.answer = (response) => response.writeHead(429, { 'retry-after': '3000' }).end()
  await uploaded(admin, tenant.id, 'content')
  await until(async () => (await deliveries()).length > 0)
  // The webhook's own row is written after the delivery's.
  await until(async () => {
    const [row] = await sql<
      { waits: boolean }[]
    >`select leased_until is null and due_at > now() + interval '2900 s' as waits
      from webhook_endpoints where id = ${webhook.id}`
    return row?.waits === true
  })
  const due = (Date.parse((await deliveries())[0]?.due_at ?? '') - Date.now()) / 1000
  t.ok(due > 2_900, `${due} s`)
  await uploaded(admin, tenant.id, 'more')
  await until(async () => {
    const [row] = await sql<{ wakes: number }[]>`select wakes from webhook_endpoints where id = ${webhook.id}`
    return (row?.wakes ?? 0) >= 2
  })
  t.equal(receiver.messages.length, 1)
})

void t.test('for a day after a rotation, both secrets sign', async (t) => {
  const { tenant, receiver, webhook, at } = await setUp(t, { event_types: ['document.uploaded'] })
  const rotated = await admin.send<Webhook>('POST', `${at}/secret`, {})
  t.equal(rotated.status, 201)
  t.not(rotated.body.data.secret, webhook.secret)
  await uploaded(admin, tenant.id, 'content')
  await until(async () => receiver.messages.length >= 1)
  const [first] = receiver.messages
  if (first === undefined) return
  t.ok(receiver.verify(first, webhook.secret))
  t.ok(receiver.verify(first, rotated.body.data.secret))
  await sql`update webhook_endpoints set previous_until = now() where id = ${webhook.id}`
  await uploaded(admin, tenant.id, 'more')
  await until(async () => receiver.messages.length >= 2)
  const [, second] = receiver.messages
  if (second === undefined) return
  t.throws(() => receiver.verify(second, webhook.secret))
  t.ok(receiver.verify(second, rotated.body.data.secret))
  const rows =
    await sql`select secret_sealed, previous_sealed from webhook_endpoints where id = ${webhook.id}`
  t.notMatch(
    JSON.stringify(rows),
    Buffer.from(webhook.secret).toString('hex'),
    'the database contains neither in plain text'
  )
})

void t.test('events can be resent from a time on, or one by one', async (t) => {
  const { tenant, receiver, at, deliveries, db } = await setUp(t, { event_types: ['document.uploaded'] })
  await uploaded(admin, tenant.id, 'first')
  await until(async () => receiver.messages.length >= 1)
  const since = new Date().toISOString()
  await uploaded(admin, tenant.id, 'second')
  await uploaded(admin, tenant.id, 'third')
  await until(async () => (await deliveries('?state=delivered')).length === 3)
  t.equal((await admin.send('POST', `${at}/recover`, { since })).status, 202)
  await until(async () => receiver.messages.length >= 5)
  const ids = receiver.messages.map(({ headers }) => headers['webhook-id'])
  t.same(ids.slice(3).sort(), ids.slice(1, 3).sort())
  const again = await admin.send('POST', `${at}/deliveries/${ids[0]}/redeliver`, {})
  t.equal(again.status, 202)
  await until(async () => receiver.messages.length >= 6)
  t.equal(receiver.messages[5]?.headers['webhook-id'], ids[0])
  refused(t, await admin.send('POST', `${at}/deliveries/${tenant.id}/redeliver`, {}), 'DELIVERY_NOT_FOUND')
  // A refused event is kept for longer than later events.
  await db`update events set logged_at = '2019-01-01' where position = 1`
  await db`delete from events where position = 2`
  await db`update event_state set pruned = 2`
  const recoverFrom = (since: string) => admin.send('POST', `${at}/recover`, { since })
  refused(t, await recoverFrom('2018-01-01T00:00:00Z'), 'CURSOR_EXPIRED')
  refused(t, await recoverFrom('2020-01-01T00:00:00Z'), 'CURSOR_EXPIRED')
  // Whatever was pruned is older than events are kept, even if no kept event precedes the moment.
  t.equal((await recoverFrom(new Date(Date.now() - 3_600_000).toISOString())).status, 202)
  const kept = await db<{ event_id: string }[]>`
    select event_id from events where position > 2 and event_type = 'document.uploaded'`
  await until(async () => receiver.messages.length >= 6 + kept.length)
  const sentAgain = receiver.messages.slice(6).map(({ headers }) => headers['webhook-id'])
  t.same(sentAgain.sort(), kept.map(({ event_id }) => event_id).sort())
})

void t.test('a URL that is too long once percent-encoded is refused', async (t) => {
  const path = `/api/tenants/${(await createTenant(admin)).id}/webhooks`
  const long = await admin.send('POST', path, { url: `https://example.com/${'é'.repeat(400)}` })
  refused(t, long, 'URL_REFUSED', ['/url'])
})

void t.test('a test delivery returns its outcome at once', async (t) => {
  const { receiver, at, webhook, deliveries } = await setUp(t)
  const test = () => admin.send<{ delivered: boolean }>('POST', `${at}/test`, {})
  t.match((await test()).body.data, { delivered: true, status: 200, error: null, response: null })
  t.match(receiver.messages[0]?.event, {
    type: 'webhook.test',
    position: null,
    data: { webhook_id: webhook.id }
  })
  if (receiver.messages[0]) t.ok(receiver.verify(receiver.messages[0], webhook.secret))
  receiver.answer = (response) => response.writeHead(302, { location: receiver.url }).end()
  t.match((await test()).body.data, { delivered: false, status: 302 })
  t.equal(receiver.messages.length, 2, 'no redirect is followed')
  t.same(
    (await deliveries()).filter(({ event_type }) => event_type === 'webhook.test'),
    []
  )
})

void t.test('internal work events are never sent', async (t) => {
  const { tenant, receiver, db } = await setUp(t)
  const { id } = await uploaded(admin, tenant.id, 'content')
  await admin.delete(`/api/tenants/${tenant.id}/documents/${id}`)
  const types = () => new Set(receiver.messages.map(({ event }) => event.event_type))
  await until(async () => types().size === 3)
  t.same([...types()].sort(), ['audit.log', 'document.deleted', 'document.uploaded'])
  const work = await db`select position from events where event_type = 'file.process'`
  t.ok(
    Number(work[0]?.['position']) < Number(receiver.messages.at(-1)?.event.position),
    'the log contains it'
  )
})

void t.test('events that are too large for the application to have written are not read', async (t) => {
  const { receiver, dueNow, deliveries, db } = await setUp(t, { event_types: ['document.deleted'] })
  const large = { text: 'x'.repeat(MAX_EVENT_BYTES) }
  const [first = '', , third] = await logEvents(db, times(3), (index) => (index === 1 ? large : { index }))
  receiver.answer = (response, { event }) => response.writeHead(event.event_id === first ? 503 : 204).end()
  await dueNow()
  await until(async () => (await deliveries('?state=delivered')).length === 1)
  t.match(await deliveries('?state=delivered'), [{ event_id: third }])
  await until(async () => (await deliveries('?state=waiting')).length === 1)
  await db`update events set data = ${db.json(large)} where event_id = ${first}`
  await until(async () => {
    await db`update webhook_deliveries set due_at = now() where due_at > now()`
    await dueNow()
    return (await deliveries('?state=failed')).length === 1
  })
  t.match(await deliveries('?state=failed'), [
    { event_id: first, error: 'the event is no longer kept, or is too large' }
  ])
})

void t.test('an inactive tenant gets nothing until it is active again', async (t) => {
  const inactive = await setUp(t)
  const other = await setUp(t)
  const setActive = (is_active: boolean) =>
    admin.send('PUT', `/api/tenants/${inactive.tenant.id}`, { is_active })
  t.equal((await setActive(false)).status, 200)
  await logEvents(inactive.db, ['document.deleted'])
  // Due before the other's, so the worker that takes the other has skipped this one.
  await sql`update webhook_endpoints set due_at = now() - interval '1 hour' where id = ${inactive.webhook.id}`
  await uploaded(admin, other.tenant.id, 'content')
  await until(async () => other.receiver.messages.length > 0)
  t.same(inactive.receiver.messages, [])
  t.equal((await setActive(true)).status, 200)
  await until(async () => inactive.receiver.messages.length > 0)
  t.match(inactive.receiver.messages, [{ event: { event_type: 'document.deleted' } }])
})
