import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { resource } from '../../plugins/resources.js'
import { AUDIT_ACTIONS } from '../../core/audit-actions.js'
import { createRefusals, MAX_REFUSALS } from '../../src/services/audit/refusals.js'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config, sql } = await createInstallation(t)
const { app } = await startApi(t, config)
const IP = '127.0.0.1'

void t.test('the number of recorded refusals per process is limited', async (t) => {
  let [written, time] = [0, 0]
  const recordMain = <T>(work: () => Promise<T>) => work()
  const audit = { recordRefusal: async () => void (written += 1) }
  const refusals = createRefusals({ audit, recordMain, now: () => time })
  const minute = async () => {
    for (let index = 0; index < 1000; index++)
      await refusals.note({
        ...{ tenantId: null, actor: { userId: String(index), ip: IP, onBehalfOf: null } },
        ...{ route: 'GET /', code: 'INSUFFICIENT_ROLE' }
      })
  }
  await minute()
  t.equal(written, MAX_REFUSALS)
  time = 60_000
  await minute()
  t.equal(written, 2 * MAX_REFUSALS)
})

void t.test(
  'counts of several processes make one entry, in any order and however often they arrive',
  async (t) => {
    const [entryId, tenantId] = [randomUUID(), randomUUID()]
    const seen = (source: string, count: number, timestamp: string) =>
      app.services.audit.keep({
        ...{ event_id: randomUUID(), event_type: 'audit.log', tenant_id: tenantId, user_id: null, timestamp },
        data: {
          action: 'document.downloaded',
          ...{ target: { type: 'document', id: 'x' }, details: { as: 'content' }, ip: IP },
          counted: { entry_id: entryId, source, count }
        }
      })
    const times = ['2026-01-01T10:00:01Z', '2026-01-01T10:00:00Z', '2026-01-01T10:00:02Z'] as const
    await seen('one', 5, times[0])
    await seen('two', 2, times[1])
    await Promise.all([
      seen('one', 5, times[0]),
      seen('one', 1, times[2]),
      seen('two', 2, times[1]),
      seen('three', 1, times[2])
    ])
    const [row] = await sql`select details, timestamp from audit_log where event_id = ${entryId}`
    t.same(row, { details: { as: 'content', count: 8 }, timestamp: new Date(times[1]) })
  }
)

void t.test(
  'entries that arrive together are stored together, and one that cannot be stored affects no other',
  async (t) => {
    const tenantId = randomUUID()
    const keep = (details: Record<string, unknown>) =>
      app.services.audit.keep({
        ...{ event_id: randomUUID(), event_type: 'audit.log', tenant_id: tenantId, user_id: null },
        timestamp: '2026-01-01T10:00:00Z',
        data: { action: 'document.updated', target: { type: 'document', id: 'x' }, details, ip: IP }
      })
    const numbers = Array.from({ length: 30 }, (_number, index) => index)
    // jsonb cannot hold the character NUL.
    const kept = await Promise.allSettled(numbers.map((n) => keep({ n, text: n === 7 ? '\0' : '' })))
    t.same(
      numbers.filter((n) => kept[n]?.status === 'rejected'),
      [7]
    )
    const stored = await sql<{ n: number }[]>`
    select (details ->> 'n')::int as n from audit_log where tenant_id = ${tenantId} order by 1`
    t.same(
      stored.map(({ n }) => n),
      numbers.filter((n) => n !== 7)
    )
  }
)

void t.test('old entries are removed, in batches', async (t) => {
  await sql`insert into audit_log (event_id, action, target, details, timestamp)
    select gen_random_uuid(), case when n <= 2500 then 'old' else 'young' end, '{}', '{}',
      now() - case when n <= 2500 then interval '401 days' else interval '399 days' end from generate_series(1, 2600) n`
  const { audit } = resource(app, 'database')
  const outcomes = [await audit.prune(400), await audit.prune(400), await audit.prune(400)]
  t.same(outcomes, [true, true, false], 'until none is left')
  t.same(
    await sql`select action, count(*)::int as count from audit_log where action in ('old', 'young') group by action`,
    [{ action: 'young', count: 100 }]
  )
})

void t.test('a page counts a bounded number of entries', async (t) => {
  const tenantId = randomUUID()
  await sql`insert into audit_log (event_id, tenant_id, action, target, details, timestamp)
    select gen_random_uuid(), ${tenantId}, 'many', '{}', '{}', now() from generate_series(1, 10100)`
  const { audit } = resource(app, 'database')
  for (const filter of [{}, { action: 'many' }]) {
    const page = await audit.list({ of: { tenantId }, filter, limit: 1, start: { offset: 0 } })
    t.equal(page.total, 10_001, JSON.stringify(filter))
  }
})

void t.test('every action is listed', async (t) => {
  const sources = readdirSync('db', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('migrations'))
    .map((name) => readFileSync(join('db', name), 'utf8'))
  const written = sources.flatMap((source) => [...source.matchAll(/action: [^,]*?`([^`]*)`/g)])
  const named = written.flatMap(([, text = '']) =>
    [...text.matchAll(/'([a-z_]+\.[a-z_]+)'/g)].map(([, name]) => name)
  )
  t.ok(named.length > 15, `${named.length} found`)
  t.same(
    named.filter((name) => !Object.hasOwn(AUDIT_ACTIONS, String(name))),
    []
  )
  const architecture = readFileSync('docs/ARCHITECTURE.md', 'utf8')
  t.same(
    Object.keys(AUDIT_ACTIONS).filter((action) => !architecture.includes(`| \`${action}\``)),
    []
  )
})
