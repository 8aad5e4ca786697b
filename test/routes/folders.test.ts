import t from 'tap'
import { createTenant, refused, signUp, startApi, uploaded, type Answer } from '../helpers/api.js'
import { committedEvents } from '../helpers/committed-events.js'
import { createInstallation } from '../helpers/installation.js'

const { config, tenantSql } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const db = tenantSql(tenant.database_name)
const { file_id } = await uploaded(admin, tenant.id, 'the file of all documents')
const path = `/api/tenants/${tenant.id}/folders`

interface Folders {
  items: { folder: string; documents: number; documents_capped?: true }[]
  pagination: { total: number; total_capped?: true; next_cursor: string | null }
}
const list = (query: Record<string, string> = {}): Promise<Answer<Folders>> =>
  admin.get<Folders>(`${path}?${String(new URLSearchParams(query))}`)
const move = (from: string, to: string) =>
  admin.send<{ moved: number; more: boolean }>('POST', `${path}/move`, { from, to })

/** Replaces all documents: `folders` gives the number in each folder. */
async function fill(folders: Record<string, number>): Promise<void> {
  await db`delete from documents`
  for (const [folder, count] of Object.entries(folders))
    await db`insert into documents (id, filename, mime_type, file_id, user_id, folder)
      select gen_random_uuid(), 'd' || n, 'text/plain', ${file_id}, ${admin.userId}, ${folder}
      from generate_series(1, ${count}::int) n`
}
const counts = async () =>
  Object.fromEntries(
    (
      await db<
        { folder: string; count: number }[]
      >`select folder, count(*)::int from documents group by folder order by 1`
    ).map(({ folder, count }) => [folder, count])
  )

void t.test('the folders in a folder are listed with the number of documents in and below', async (t) => {
  await fill({
    '/': 2,
    '/a/': 1,
    '/a/b/': 2,
    '/a/b/c/': 1,
    '/a b/x/': 1,
    '/a0/': 1,
    '/z/ä/😀/': 3,
    '/z/%/': 1,
    '/big/1/': 1_001
  })
  const items = async (parent?: string) =>
    (await list(parent === undefined ? {} : { parent })).body.data.items
  t.same(await items(), [
    { folder: '/a b/', documents: 1 },
    { folder: '/a/', documents: 4 },
    { folder: '/a0/', documents: 1 },
    { folder: '/big/', documents: 1_000, documents_capped: true },
    { folder: '/z/', documents: 4 }
  ])
  t.same(await items('/a'), [{ folder: '/a/b/', documents: 3 }])
  t.same(await items('/z/'), [
    { folder: '/z/%/', documents: 1 },
    { folder: '/z/ä/', documents: 3 }
  ])
  t.same(await items('/z/a\u0308/'), [{ folder: '/z/ä/😀/', documents: 3 }], 'in either Unicode form')
  t.same(await items('/a/b/c/'), [])
  t.same(await items('/none/'), [])
})

void t.test('folders are listed page by page', async (t) => {
  await fill(Object.fromEntries(Array.from({ length: 45 }, (_, n) => [`/p/${n}/q/`, 1])))
  const found: string[] = []
  let cursor: string | null | undefined
  let pages = 0
  do {
    const { body, headers } = await list({ parent: '/p/', ...(cursor && { cursor }) })
    found.push(...body.data.items.map(({ folder }) => folder))
    cursor = body.data.pagination.next_cursor
    t.equal(headers.has('link'), cursor !== null)
    t.equal(body.data.pagination.total_capped, true)
    pages += 1
  } while (cursor !== null)
  t.same([pages, found], [3, Array.from({ length: 45 }, (_, n) => `/p/${n}/`).sort()])
  const first = (await list({ parent: '/p/' })).body.data.pagination.next_cursor
  refused(t, await list({ parent: '/', cursor: String(first) }), 'VALIDATION_ERROR', ['/cursor'])
  for (const parent of [
    '',
    'a',
    '//',
    '/a//b',
    '/./',
    '/\0/',
    `/${'x'.repeat(256)}/`,
    `/${'ä/'.repeat(600)}`
  ])
    refused(t, await list({ parent }), 'VALIDATION_ERROR', ['/parent'], parent.slice(0, 20))
})

void t.test('a folder moves with everything below it, and merges into another', async (t) => {
  await fill({ '/a/': 1, '/a/b/': 2, '/a0/': 1, '/a b/': 1, '/c/b/': 1 })
  t.same((await move('/a', '/c/')).body.data, { moved: 3, more: false })
  t.same(await counts(), { '/a b/': 1, '/a0/': 1, '/c/': 1, '/c/b/': 3 })
  const [event] = await db<
    { data: object }[]
  >`select data from ${committedEvents(db)} where event_type = 'document.updated'
    and data ->> 'folder' = '/c/'`
  t.match(event?.data, { revision: 2, folder: '/c/' })
  t.same((await move('/a', '/c/')).body.data, { moved: 0, more: false }, 'again')
  t.same((await move('/c', '/')).body.data, { moved: 4, more: false }, 'into its parent folder')
  t.same(await counts(), { '/': 1, '/a b/': 1, '/a0/': 1, '/b/': 3 })
})

void t.test('documents are moved 1,000 at a time', async (t) => {
  await fill({ '/many/1/': 700, '/many/2/': 800 })
  t.same((await move('/many/', '/new/')).body.data, { moved: 1_000, more: true })
  t.same((await move('/many/', '/new/')).body.data, { moved: 500, more: false })
  t.same(await counts(), { '/new/1/': 700, '/new/2/': 800 })
})

void t.test('concurrent moves of one folder move each document once', async (t) => {
  await fill({ '/s/': 1_500 })
  const moves = await Promise.all([move('/s/', '/t/'), move('/s/', '/t/'), move('/s/', '/t/')])
  const moved = moves.reduce((sum, { body }) => sum + body.data.moved, 0)
  for (let more = true; more;) ({ more } = (await move('/s/', '/t/')).body.data)
  t.ok(moved >= 1_000 && moved <= 1_500)
  t.same(await counts(), { '/t/': 1_500 })
  const [updated] = await db<{ count: number }[]>`select count(*)::int from ${committedEvents(db)}
    where event_type = 'document.updated' and data ->> 'folder' = '/t/'`
  t.equal(updated?.count, 1_500)
})

void t.test('a refused move changes nothing', async (t) => {
  const long = `/long/${`${'x'.repeat(240)}/`.repeat(4)}`
  const before = { '/in/': 1, '/in/in/': 1_001, [long]: 1 }
  await fill(before)
  for (const [from, to, field] of [
    ['/in/', '/in/', '/to'],
    ['/in/', '/in/side/', '/to'],
    ['/', '/in/', '/to'],
    ['in', '/x/', '/from'],
    ['/in/', '/../', '/to'],
    ['/in/', '/a\ud800/', '/to'],
    // Documents in /in/in/ would move to /in/, and the next call would move them again.
    ['/in/', '/', '/from'],
    ['/long/', `/${'y'.repeat(200)}/`, '/to']
  ] as const)
    refused(t, await move(from, to), 'VALIDATION_ERROR', [field], `${from} ${to}`)
  t.same(await counts(), before)
  t.same((await move('/in/in/', '/x/')).body.data, { moved: 1_000, more: true })
})

void t.test('a cursor has room for the longest names and paths', async (t) => {
  // Control characters take the most room in a cursor.
  const [parent, first, second] = ['\u0001', '\u0002', '\u0003'].map((each) => `${each.repeat(255)}/`)
  await fill({ [`/${parent}${first}`]: 1, [`/${parent}${second}`]: 2 })
  const page = async (query: Record<string, string>) =>
    (await list({ parent: `/${parent}`, per_page: '1', ...query })).body.data
  const { items, pagination } = await page({})
  t.equal(items[0]?.documents, 1)
  t.match((await page({ cursor: String(pagination.next_cursor) })).items, [{ documents: 2 }])
})
