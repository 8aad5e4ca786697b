import { randomUUID } from 'node:crypto'
import t from 'tap'
import { TENANT_SCOPES } from '../../core/scopes.js'
import { encodeEventCursor } from '../../core/event-cursor.js'
import { EVENT_DATA, MAX_EVENT_BYTES, WORK_EVENTS } from '../../core/events.js'
import { MAX_SCANNED } from '../../db/event-feed.js'
import { Client, createTenant, refused, signUp, signUpMember, startApi, type Answer } from '../helpers/api.js'
import { logEvents, times } from '../helpers/event-log.js'
import { createInstallation } from '../helpers/installation.js'
import { createService, insertInstallationService } from '../helpers/services-of-tenants.js'
import { until } from '../helpers/until.js'

interface Event {
  cursor: string
  position: number
  event_id: string
  event_type: string
  tenant_id: string | null
  data: Record<string, unknown>
}
interface Feed {
  items: Event[]
  next_cursor: string
  has_more: boolean
}

const { config, sql, tenantSql } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)

/** A tenant with a log that only its test writes to. */
async function world(name: string) {
  const tenant = await createTenant(admin, name)
  const db = tenantSql(tenant.database_name)
  const path = `/api/tenants/${tenant.id}/events`
  const read = (query = '', client: Client = admin): Promise<Answer<Feed>> =>
    client.get<Feed>(`${path}${query}`)
  const feed = async (query = '', client: Client = admin) => {
    const answer = await read(query, client)
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    return answer.body.data
  }
  return { tenant, db, path, read, feed }
}

void t.test('every event comes once and in order, page after page', async (t) => {
  const { db, feed, tenant } = await world('pages')
  t.match(await feed(), { items: [], has_more: false }, 'an empty log')
  const ids = await logEvents(db, times(25))
  const seen: Event[] = []
  let query = '?limit=10'
  for (let more = true; more;) {
    const page = await feed(query)
    seen.push(...page.items)
    more = page.has_more
    query = `?limit=10&after=${page.next_cursor}`
  }
  t.same(
    seen.map(({ event_id }) => event_id),
    ids
  )
  t.same(
    seen.map(({ position }) => position),
    ids.map((_, index) => index + 1)
  )
  t.equal(seen[0]?.tenant_id, tenant.id, "the tenant id is the log's, whatever the row says")
  t.same(
    (await feed(`?after=${String(seen[9]?.cursor)}`)).items,
    seen.slice(10),
    'a cursor of any event works'
  )
  t.match(await feed(query), { items: [], has_more: false }, 'at the end')
  const [more = ''] = await logEvents(db, times(1))
  t.match((await feed(query)).items, [{ event_id: more }], 'later events follow')
})

void t.test('latest begins after the newest event', async (t) => {
  const { db, feed } = await world('latest')
  await logEvents(db, times(3))
  const { items, next_cursor } = await feed('?after=latest')
  t.same(items, [])
  const [id = ''] = await logEvents(db, times(1))
  t.match((await feed(`?after=${next_cursor}`)).items, [{ event_id: id, position: 4 }])
})

void t.test(
  'a filtered page reads a bounded part of the log, and its cursor skips what was read',
  async (t) => {
    const { db, feed } = await world('filters')
    const [wanted = ''] = await logEvents(db, [...times(2 * MAX_SCANNED + 10), 'document.uploaded']).then(
      (ids) => ids.slice(-1)
    )
    let query = '?types=document.uploaded'
    for (const expected of [MAX_SCANNED, 2 * MAX_SCANNED]) {
      const page = await feed(query)
      t.match(page, { items: [], has_more: true })
      t.match(Buffer.from(page.next_cursor, 'base64url').toString(), new RegExp(`:${expected}$`))
      query = `?types=document.uploaded&after=${page.next_cursor}`
    }
    t.match(await feed(query), { items: [{ event_id: wanted }], has_more: false })
    t.equal((await feed('?types=document.uploaded,document.deleted&limit=500')).items.length, 500)
  }
)

void t.test(
  'internal work events are hidden from all, and audit events shown only to those who may read them',
  async (t) => {
    const { tenant, db, feed } = await world('hidden')
    const logged = ['file.process', 'audit.log', 'upload.finish', 'document.deleted']
    await logEvents(db, logged, (index) => ({ index, ip: '192.0.2.7' }))
    const types = async (client: Client, query = '') =>
      (await feed(query, client)).items.map(({ event_type }) => event_type)
    const viewer = await signUpMember(url, sql, tenant.id, 'viewer')
    const key = async (scopes: (typeof TENANT_SCOPES)[number][]) =>
      new Client(url, (await createService(admin, tenant.id, 'admin', scopes)).key)
    t.same(await types(admin), ['audit.log', 'document.deleted'])
    t.same(await types(viewer), ['document.deleted'])
    t.same(await types(viewer, '?types=audit.log'), [])
    t.same(await types(await key(['events:read'])), ['document.deleted'])
    t.same(await types(await key(['events:read', 'audit:read'])), ['audit.log', 'document.deleted'])
    t.same(
      (await feed('', viewer)).items[0]?.data,
      { index: 3 },
      'client addresses are shown only to those who may read the audit log'
    )
    t.same((await feed()).items[1]?.data, { index: 3, ip: '192.0.2.7' })
  }
)

void t.test('a cursor that can no longer be used says where to continue', async (t) => {
  const { db, read, feed } = await world('expired')
  await logEvents(db, times(10))
  const [first] = (await feed('?limit=1')).items
  await db`delete from events where position <= 5`
  await db`update event_state set pruned = 5`
  const { epoch = '' } = (await db<{ epoch: string }[]>`select epoch from event_state`)[0] ?? {}
  for (const cursor of [
    first?.cursor,
    encodeEventCursor({ epoch, position: 11 }),
    encodeEventCursor({ epoch: randomUUID(), position: 7 })
  ]) {
    const answer = await read(`?after=${String(cursor)}`)
    refused(t, answer, 'CURSOR_EXPIRED')
    const { oldest_cursor } = answer.body.error as unknown as { oldest_cursor: string }
    t.match((await feed(`?after=${oldest_cursor}&limit=1`)).items, [{ position: 6 }])
  }
  t.match(
    (await feed('?limit=1')).items,
    [{ position: 6 }],
    'without a cursor, the feed begins at the oldest event'
  )
  t.same(await feed(`?after=${encodeEventCursor({ epoch, position: 5 })}`), await feed())
})

void t.test('a cursor of one tenant is refused in another', async (t) => {
  const [here, there] = [await world('here'), await world('there')]
  for (const { db } of [here, there]) await logEvents(db, times(3))
  const cursors = [(await here.feed('?limit=1')).next_cursor, (await here.feed('?after=latest')).next_cursor]
  for (const cursor of cursors) {
    t.equal((await here.read(`?after=${cursor}`)).status, 200)
    refused(t, await there.read(`?after=${cursor}`), 'CURSOR_EXPIRED')
  }
})

void t.test('every visible type can be requested', async (t) => {
  const { read } = await world('types')
  const shown = Object.keys(EVENT_DATA).filter((type) => !WORK_EVENTS.includes(type))
  t.equal((await read(`?types=${shown.join(',')}`)).status, 200)
})

void t.test('invalid parameters are refused by name', async (t) => {
  const { read } = await world('invalid')
  const text = (value: string) => Buffer.from(value).toString('base64url')
  for (const after of ['x', '%00', 'LATEST', text(`${randomUUID()}:-1`), text(`${randomUUID()}:1e3`)])
    refused(t, await read(`?after=${after}`), 'VALIDATION_ERROR', ['/after'], after)
  for (const types of ['file.process', 'nothing', 'document.deleted,', ',', ''])
    refused(t, await read(`?types=${types}`), 'VALIDATION_ERROR', ['/types'], types)
  for (const limit of ['0', '501', 'x'])
    refused(t, await read(`?limit=${limit}`), 'VALIDATION_ERROR', ['/limit'], limit)
})

void t.test('a row that was not written by the application does not break the feed', async (t) => {
  const { db, feed } = await world('hostile')
  await logEvents(db, times(3), (index) => (index === 1 ? { text: 'x'.repeat(MAX_EVENT_BYTES) } : { index }))
  t.same(
    (await feed()).items.map(({ position }) => position),
    [1, 3],
    'the application writes no data of this size'
  )
})

void t.test("the installation's log is for operators", async (t) => {
  const service = new Client(url, (await insertInstallationService(url, sql, ['operator:read'])).key)
  const { epoch = '', last = 0 } =
    (await sql<{ epoch: string; last: number }[]>`select epoch, last::int as last from event_state`)[0] ?? {}
  const [id = ''] = await logEvents(sql, ['tenant.created', 'file.process']).then((ids) => ids)
  const after = encodeEventCursor({ epoch, position: last })
  const answer = await service.get<Feed>(`/api/events?after=${after}&types=tenant.created`)
  t.ok(answer.body.data.items.some(({ event_id }) => event_id === id))
  refused(t, await admin.get('/api/events'), 'INSUFFICIENT_ROLE')
  await sql`update users set operator = true where id = ${admin.userId}`
  t.equal((await admin.get('/api/events?after=latest')).status, 200, 'persons with the flag')
})

void t.test(
  'the feed is closed while an earlier version may write events without logging them',
  async (t) => {
    const { tenant } = await world('upgrade')
    await sql`update installation set events_logged_since = null`
    const upgraded = await startApi(t, config)
    const client = new Client(upgraded.url, admin.token)
    const path = `/api/tenants/${tenant.id}/events`
    refused(t, await client.get(path), 'EVENTS_NOT_READY')
    await sql`update installation set events_logged_since = now()`
    await until(async () => (await client.get(path)).status === 200)
  }
)
