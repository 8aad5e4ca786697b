import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createTenantDatabase } from './tenant-database.js'

// One connection, which can tell what it has read.
const { client, store } = await createTenantDatabase(1)
const { sql } = client

/** Files with a document each, as old as an hour. */
async function addFiles(count: number): Promise<void> {
  await sql`
    with added as (
      insert into files (id, md5_hash, sha256, file_size, s3_path, created_at)
      select gen_random_uuid(), md5(key), md5(key) || md5(key), 1, key, now() - interval '1 hour'
      from (select gen_random_uuid()::text as key from generate_series(1, ${count}::int)) as keys returning id
    )
    insert into documents (id, filename, mime_type, file_id, user_id)
    select gen_random_uuid(), 'a.txt', 'text/plain', id, ${randomUUID()} from added`
  await sql`analyze`
}

const removeDocuments = (count: number) => sql<{ file_id: string }[]>`
  delete from documents where file_id in (
    select id from files where created_at < now() - interval '1 minute' order by id desc limit ${count}
  ) returning file_id`

interface Round {
  orphans: string[]
  searches: number
}

async function searchAll(limit: number): Promise<Round> {
  const round: Round = { orphans: [], searches: 0 }
  for (let after: string | null = null; ;) {
    const { orphans, next } = await store.files.searchOrphans(after, { seconds: 60, limit })
    round.orphans.push(...orphans)
    round.searches += 1
    if (next === null) return round
    after = next
  }
}

/** Rows that a search reads, whether one after another or through an index. */
async function rowsRead(): Promise<number> {
  const read = async () => {
    await sql`select pg_stat_force_next_flush()`
    const [row] = await sql<{ rows: number }[]>`
      select sum(seq_tup_read + idx_tup_fetch)::float8 as rows from pg_stat_user_tables
      where relname in ('files', 'documents')`
    return row?.rows ?? NaN
  }
  const before = await read()
  await store.files.searchOrphans(null, { seconds: 60, limit: 100 })
  return (await read()) - before
}

t.test('a search for orphans costs the same however many files there are', async (t) => {
  await addFiles(10_000)
  t.same(
    await store.files.searchOrphans(null, { seconds: 60, limit: 100 }).then(({ orphans }) => orphans),
    []
  )
  // Prepared statements get their lasting plan at the sixth run.
  for (let run = 0; run < 6; run++) await rowsRead()
  const few = await rowsRead()
  await addFiles(20_000)
  const many = await rowsRead()
  t.ok(many <= few * 1.1, `${many} rows instead of ${few}`)
})

t.test('searches one after another find every orphan once, however they are spread', async (t) => {
  const removed = (await removeDocuments(7)).map(({ file_id }) => file_id)
  const [first] = await sql<{ id: string }[]>`select id from files order by id limit 1`
  await sql`delete from documents where file_id = ${String(first?.id)}`
  const expected = [...removed, String(first?.id)].sort()
  const round = await searchAll(100)
  t.same(round.orphans, expected)
  t.ok(round.searches > 5, 'in pieces')
  t.same((await searchAll(1)).orphans, expected, 'one orphan at a time')
  t.same((await searchAll(3)).orphans, expected)

  await sql`update files set created_at = now() where id in ${sql(expected)}`
  t.same((await searchAll(100)).orphans, [], 'an upload may be about to refer to a young one')
})
