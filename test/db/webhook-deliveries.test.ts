import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createTenantDatabase } from './tenant-database.js'

// One connection, which can tell what it has read.
const { client, store } = await createTenantDatabase(1)
const { sql } = client

async function rowsRead(): Promise<number> {
  await sql`select pg_stat_force_next_flush()`
  const [row] = await sql<{ rows: number }[]>`
    select sum(seq_tup_read + idx_tup_fetch)::float8 as rows from pg_stat_user_tables
    where relname in ('webhook_deliveries', 'events')`
  return row?.rows ?? NaN
}

t.test('a page of deliveries reads only what it shows, whichever state is asked for', async (t) => {
  const endpoint = randomUUID()
  await sql`
    insert into events (position, event_id, event_type, timestamp, data)
    select n, gen_random_uuid(), 'document.deleted', now(), '{}' from generate_series(1, 30000) as n`
  await sql`
    insert into webhook_deliveries (endpoint_id, position, event_id, state, due_at)
    select ${endpoint}, position, event_id,
      case position when 3 then 'failed' when 5 then 'waiting' else 'delivered' end,
      case position when 5 then now() end
    from events`
  await sql`analyze`
  for (const [state, positions] of [
    ['failed', [3]],
    ['waiting', [5]]
  ] as const) {
    const list = () => store.webhookDeliveries.list(endpoint, { state, limit: 20, offset: 0 })
    const { items, ...counts } = await list()
    t.match(items, [{ position: positions[0], state, event_type: 'document.deleted' }])
    t.match(counts, { total: 1, totalCapped: false })
    const before = await rowsRead()
    await list()
    const read = (await rowsRead()) - before
    t.ok(read < 20, `${state}: ${read} rows`)
  }
  const list = () => store.webhookDeliveries.list(endpoint, { state: null, limit: 20, offset: 15_000 })
  const page = await list()
  t.match([page.items.length, page.items[0]?.position, page.totalCapped], [20, 15_000, true])
  const inEvents = async () => {
    await sql`select pg_stat_force_next_flush()`
    const [row] = await sql<{ rows: number }[]>`
      select idx_tup_fetch::float8 as rows from pg_stat_user_tables where relname = 'events'`
    return row?.rows ?? NaN
  }
  const before = await inEvents()
  await list()
  const read = (await inEvents()) - before
  t.ok(read < 40, `${read} events for a page of 20`)
})
