import { randomUUID } from 'node:crypto'
import t from 'tap'
import {
  createTenant,
  refused,
  signUp,
  startApi,
  uploaded,
  type Answer,
  type Page,
  type TestDocument
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config, tenantSql } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const db = tenantSql(tenant.database_name)
const { file_id } = await uploaded(admin, tenant.id, 'the file of all documents', { filename: '__FIRST__' })
const somebody = randomUUID()

type List = Page<TestDocument>
const list = (query: Record<string, string | number> = {}): Promise<Answer<List>> =>
  admin.get<List>(
    `/api/tenants/${tenant.id}/documents?${String(new URLSearchParams(query as Record<string, string>))}`
  )
const ids = (answer: Answer<List>) => answer.body.data.items.map((item) => item.id)

// Many ties: 40 documents with 4 times, 5 names, 2 types and 2 owners.
await db`delete from documents`
await db`insert into documents (id, filename, mime_type, file_id, user_id, created_at)
  select gen_random_uuid(), (array['a.txt', 'B.TXT', 'ä 100%.txt', 'under_score', 'back\\slash'])[n % 5 + 1],
    (array['text/plain', 'application/pdf'])[n % 2 + 1], ${file_id},
    case when n % 4 = 0 then ${somebody}::uuid else ${admin.userId}::uuid end,
    timestamptz '2026-03-01T00:00:00.123Z' + make_interval(days => n / 10)
  from generate_series(0, 39) n`

const ORDERS = {
  created_at: 'created_at, id',
  '-created_at': 'created_at desc, id desc',
  filename: 'filename, id',
  '-filename': 'filename desc, id desc'
}
const expected = async (order: string, where = 'true') =>
  (await db.unsafe<{ id: string }[]>(`select id from documents where ${where} order by ${order}`)).map(
    (row) => row.id
  )

/** Follows the cursors from the first page to the last. */
async function walk(query: Record<string, string | number>): Promise<string[]> {
  const found: string[] = []
  let cursor: string | null | undefined
  do {
    const answer: Answer<List> = await list({ ...query, ...(cursor && { cursor }) })
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
    found.push(...ids(answer))
    cursor = answer.body.data.pagination.next_cursor
  } while (cursor !== null)
  return found
}

void t.test('the list is newest first, twenty to a page', async (t) => {
  const { status, body } = await list()
  t.equal(status, 200)
  t.equal(body.data.items.length, 20)
  const { next_cursor, ...pagination } = body.data.pagination
  t.same(pagination, { page: 1, per_page: 20, total: 40, pages: 2 })
  t.type(next_cursor, 'string')
  t.same(Object.keys(body.data.items[0] ?? {}).sort(), [
    ...['created_at', 'external_id', 'file_id', 'filename', 'folder', 'id', 'metadata', 'mime_type'],
    ...['on_behalf_of', 'revision', 'tags', 'updated_at', 'user_id']
  ])
  t.equal(body.data.items[0]?.created_at, '2026-03-04T00:00:00.123Z', 'to the millisecond')
})

void t.test('every sort lists the same by page and by cursor, despite ties', async (t) => {
  for (const [sort, order] of Object.entries(ORDERS)) {
    const all = await expected(order)
    for (const per_page of [1, 7, 40, 100]) {
      t.same(await walk({ sort, per_page }), all, `${sort}, cursors of ${per_page}`)
    }
    const pages = await Promise.all([1, 2, 3].map((page) => list({ sort, per_page: 15, page })))
    t.same(pages.flatMap(ids), all, `${sort}, pages`)
    for (const [index, page] of pages.entries()) {
      t.match(page.body.data.pagination, { page: index + 1, per_page: 15, total: 40, pages: 3 })
    }
    t.equal(pages[2]?.body.data.pagination.next_cursor, null)
  }
  const whole = await list({ per_page: 40 })
  t.equal(whole.body.data.pagination.next_cursor, null, 'a full last page has no cursor')
  const beyond = await list({ page: 1_000_000, per_page: 100 })
  t.match(beyond.body.data, { items: [], pagination: { total: 40, next_cursor: null } })
})

void t.test('a cursor continues where the page ended, whatever was added or deleted meanwhile', async (t) => {
  const first = await list({ per_page: 10, sort: 'filename' })
  const rest = (await expected(ORDERS.filename)).slice(10)
  const [added] = await db<{ id: string }[]>`
    insert into documents (id, filename, mime_type, file_id, user_id) values (${randomUUID()}, '!first', 'a/b', ${file_id}, ${somebody}) returning id`
  await db`delete from documents where id = ${String(ids(first)[9])} returning *`
  const next = await list({
    per_page: 100,
    sort: 'filename',
    cursor: String(first.body.data.pagination.next_cursor)
  })
  t.same(ids(next), rest, 'nothing twice, nothing missing')
  t.same(next.body.data.pagination.total, 40)
  await db`delete from documents where id = ${String(added?.id)}`
})

void t.test('filters combine, and work by cursor and in every sort', async (t) => {
  const cases: [Record<string, string>, string][] = [
    [{ filename: 'TXT' }, `filename ilike '%txt%'`],
    [{ filename: 'b.t' }, `filename = 'B.TXT'`],
    [{ filename: 'Ä 1' }, `filename = 'ä 100%.txt'`],
    [{ filename: '%' }, `filename = 'ä 100%.txt'`],
    [{ filename: '_' }, `filename = 'under_score'`],
    [{ filename: '\\' }, `filename = 'back\\slash'`],
    [{ filename: '%_%' }, 'false'],
    [{ filename: "'; drop table documents; --" }, 'false'],
    [{ user_id: somebody }, `user_id = '${somebody}'`],
    [{ user_id: somebody.toUpperCase() }, `user_id = '${somebody}'`],
    [{ user_id: randomUUID() }, 'false'],
    [{ mime_type: 'application/pdf' }, `mime_type = 'application/pdf'`],
    [{ mime_type: 'application/p' }, 'false'],
    [{ created_from: '2026-03-03T00:00:00.123Z' }, `created_at >= '2026-03-03T00:00:00.123Z'`],
    [{ created_from: '2026-03-03T00:00:00.124Z' }, `created_at > '2026-03-03T00:00:00.123Z'`],
    [{ created_to: '2026-03-02T01:00:00.123+01:00' }, `created_at <= '2026-03-02T00:00:00.123Z'`],
    [{ created_from: '2026-03-05T00:00:00Z', created_to: '2026-03-01T00:00:00Z' }, 'false'],
    [
      {
        filename: 'txt',
        mime_type: 'text/plain',
        user_id: admin.userId,
        created_from: '2026-03-02T00:00:00Z',
        created_to: '2026-03-03T12:00:00Z'
      },
      `filename ilike '%txt%' and mime_type = 'text/plain' and user_id = '${admin.userId}' and created_at between '2026-03-02' and '2026-03-03T12:00:00Z'`
    ]
  ]
  for (const [filter, where] of cases) {
    const what = JSON.stringify(filter)
    const all = await expected(ORDERS['-created_at'], where)
    const { body } = await list({ ...filter, per_page: 100 })
    t.same(ids({ body } as Answer<List>), all, what)
    t.same(
      body.data.pagination,
      { page: 1, per_page: 100, total: all.length, pages: Math.ceil(all.length / 100), next_cursor: null },
      what
    )
    t.same(await walk({ ...filter, per_page: 3 }), all, `${what} by cursor`)
    t.same(
      await walk({ ...filter, per_page: 3, sort: 'filename' }),
      await expected(ORDERS.filename, where),
      `${what} by name`
    )
  }
})

void t.test('a cursor belongs to its filters, its sort and its tenant', async (t) => {
  const filter = { filename: 'txt', sort: 'filename', per_page: 2 }
  const cursor = String((await list(filter)).body.data.pagination.next_cursor)
  t.equal((await list({ ...filter, cursor, per_page: 5 })).status, 200, 'the page size may change')
  t.same(
    ids(await list({ ...filter, cursor, page: 9 })),
    ids(await list({ ...filter, cursor })),
    'it overrides the page'
  )
  const others: Record<string, string | number>[] = [
    { ...filter, filename: 'tx' },
    { ...filter, sort: '-filename' },
    { ...filter, sort: 'created_at' },
    { sort: 'filename' },
    { ...filter, mime_type: 'text/plain' },
    { ...filter, user_id: admin.userId },
    { ...filter, created_from: '2026-01-01T00:00:00Z' },
    {}
  ]
  for (const other of others) {
    refused(t, await list({ ...other, cursor }), 'VALIDATION_ERROR', ['/cursor'], JSON.stringify(other))
  }
  const second = await createTenant(admin)
  const elsewhere = await admin.get(
    `/api/tenants/${second.id}/documents?${String(new URLSearchParams({ filename: 'txt', sort: 'filename', cursor }))}`
  )
  refused(t, elsewhere, 'VALIDATION_ERROR', ['/cursor'])
})

void t.test('hostile cursors are refused', async (t) => {
  for (const sort of ['created_at', 'filename'] as const) {
    const genuine = String((await list({ sort, per_page: 2 })).body.data.pagination.next_cursor)
    const [fingerprint, position] = JSON.parse(Buffer.from(genuine, 'base64url').toString()) as [
      string,
      object
    ]
    const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const withPosition = (changes: object) => made([fingerprint, { ...position, ...changes }])
    t.equal((await list({ sort, cursor: withPosition({}) })).status, 200, 'a cursor made this way is valid')
    const moments = [
      '',
      'now',
      'infinity',
      '0000-01-01T00:00:00Z',
      '2026-02-30T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-01T24:00:01Z',
      '2026-01-01T00:00:00+99:99',
      '2026-01-01T00:00:00-20:00',
      '+275760-09-13T00:00:00Z'
    ]
    const wrong = [
      '',
      'x',
      '!!!',
      'a'.repeat(4000),
      made(null),
      made({}),
      made([]),
      made([fingerprint]),
      made([fingerprint, null]),
      made([fingerprint, []]),
      made([null, position]),
      made(['x'.repeat(16), position]),
      made(fingerprint),
      withPosition({ id: 'x' }),
      withPosition({ id: 7 }),
      withPosition({ id: null }),
      withPosition({ id: [randomUUID()] }),
      withPosition({ id: `{${randomUUID()}}` }),
      withPosition({ id: undefined }),
      withPosition({ value: 7 }),
      withPosition({ value: null }),
      withPosition({ value: {} }),
      withPosition({ value: true }),
      withPosition({ value: 'a\0b' }),
      withPosition({ value: undefined }),
      ...(sort === 'created_at' ? moments.map((value) => withPosition({ value })) : [])
    ]
    for (const cursor of wrong) {
      refused(
        t,
        await list({ sort, cursor }),
        'VALIDATION_ERROR',
        ['/cursor'],
        Buffer.from(cursor, 'base64url').toString().slice(0, 120)
      )
    }
    const odd = withPosition({
      value: sort === 'filename' ? '\ud800' : '9999-12-31T23:59:59.999Z',
      __proto__: { id: 1 }
    })
    t.equal((await list({ sort, cursor: odd })).status, 200)
  }
})

void t.test('the longest names fit into a cursor', async (t) => {
  const names = ['\u0001'.repeat(255), '😀'.repeat(255), '"'.repeat(255)]
  for (const filename of names) {
    await db`insert into documents (id, filename, mime_type, file_id, user_id)
      select gen_random_uuid(), ${filename}, 'x/long', ${file_id}, ${somebody} from generate_series(1, 2)`
  }
  const all = await expected(ORDERS.filename, `mime_type = 'x/long'`)
  t.same(await walk({ mime_type: 'x/long', sort: 'filename', per_page: 1 }), all)
  await db`delete from documents where mime_type = 'x/long'`
})

void t.test('with filters, counting stops at 10,000', async (t) => {
  await db`insert into documents (id, filename, mime_type, file_id, user_id)
    select gen_random_uuid(), 'many ' || n, 'x/many', ${file_id}, ${somebody} from generate_series(1, 10001) n`
  const capped = await list({ mime_type: 'x/many' })
  const { next_cursor, ...pagination } = capped.body.data.pagination
  t.same(pagination, { page: 1, per_page: 20, total: 10_000, pages: 500, total_capped: true })
  t.type(next_cursor, 'string')
  const exact = (await list()).body.data.pagination
  t.match(exact, { total: 39 + 10_001, pages: 502 })
  t.notOk('total_capped' in exact)
  await db`delete from documents where filename = 'many 1'`
  const full = (await list({ mime_type: 'x/many' })).body.data.pagination
  t.equal(full.total, 10_000)
  t.notOk('total_capped' in full, 'exactly as many are not capped')
})
