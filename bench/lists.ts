/**
 * What a page of documents costs at 1,000 and at 1,000,000 documents, over HTTP: the first page and one by a cursor
 * from the middle, for every sort, and a name filter that matches twenty.
 * Usage: node --import tsx bench/lists.ts [documents, 1000000]
 */
import postgres from 'postgres'
import { buildApp } from '../src/app.js'
import { createLogger } from '../src/logger.js'
import { createTenant, signUp, startInstallation } from './installation.js'

const SMALL = 1_000
const LARGE = Number(process.argv[2] ?? 1_000_000)
const ROUNDS = 100
const WARM_UP = 20
const SORTS = ['created_at', '-created_at', 'filename', '-filename']

interface List {
  data: { items: { id: string }[]; pagination: { total: number; next_cursor: string | null } }
}

const installation = await startInstallation()
const app = await buildApp(installation.config, createLogger('error', 'bench'))
const url = await app.listen({ host: '127.0.0.1', port: 0 })
const { token, userId } = await signUp(url)

async function fill(count: number) {
  const tenant = await createTenant(url, token)
  const upload = await fetch(`${url}/api/tenants/${tenant.id}/documents?filename=first`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: 'bench'
  })
  const { data } = (await upload.json()) as { data: { id: string; file_id: string } }
  const sql = postgres(installation.databaseUrl(tenant.database_name), { max: 1 })
  await sql`insert into documents (id, filename, mime_type, file_id, user_id, created_at)
    select gen_random_uuid(),
      md5(n::text) || case when n % ${Math.floor(count / 20)} = 0 then ' quarterly report' else ' scan' end || '.pdf',
      case when n % 2 = 0 then 'application/pdf' else 'image/png' end, ${data.file_id}, ${userId},
      now() - make_interval(secs => n)
    from generate_series(1, ${count - 1}) n`
  await sql`vacuum analyze documents`
  await sql.end()
  return tenant.id
}

async function list(tenantId: string, query: Record<string, string>): Promise<List['data']> {
  const response = await fetch(
    `${url}/api/tenants/${tenantId}/documents?${String(new URLSearchParams(query))}`,
    { headers: { authorization: `Bearer ${token}` } }
  )
  if (response.status !== 200) throw new Error(await response.text())
  return ((await response.json()) as List).data
}

/** A cursor from about the middle of the list. */
async function middle(tenantId: string, sort: string, count: number): Promise<string> {
  const page = String(Math.floor(count / 2 / 20))
  return String((await list(tenantId, { sort, page })).pagination.next_cursor)
}

async function time(tenantId: string, query: Record<string, string>): Promise<number> {
  const start = performance.now()
  await list(tenantId, query)
  return performance.now() - start
}

/** In turns, so that whatever else the machine does meets both alike. */
async function compare(small: Record<string, string>, large: Record<string, string>) {
  const few: number[] = []
  const many: number[] = []
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const times = [await time(tenants.small, small), await time(tenants.large, large)] as const
    if (round < 0) continue
    few.push(times[0])
    many.push(times[1])
  }
  const quantile = (times: number[], part: number) =>
    times.sort((a, b) => a - b)[Math.floor(ROUNDS * part)] ?? NaN
  return [0.1, 0.5].map((part) => [quantile(few, part), quantile(many, part)] as const)
}

const tenants = { small: await fill(SMALL), large: await fill(LARGE) }
const total = (await list(tenants.large, {})).pagination.total
const named = (await list(tenants.large, { filename: 'QUARTERLY' })).pagination.total
console.log(
  `${total} documents, of which the name filter finds ${named}; milliseconds at ${SMALL}, at ${LARGE}`
)
const cases = SORTS.flatMap((sort) => [
  { what: `${sort}, page 1`, small: { sort }, large: { sort } },
  { what: `${sort}, cursor in the middle`, sort }
])
for (const entry of [
  ...cases,
  { what: 'name filter', small: { filename: 'quarterly' }, large: { filename: 'quarterly' } }
]) {
  const small =
    entry.small ??
    ({ sort: entry.sort, cursor: await middle(tenants.small, entry.sort, SMALL) } as Record<string, string>)
  const large =
    entry.large ??
    ({ sort: entry.sort, cursor: await middle(tenants.large, entry.sort, LARGE) } as Record<string, string>)
  const text = (await compare(small, large)).map(
    ([few, many]) =>
      `${few.toFixed(2).padStart(7)} ${many.toFixed(2).padStart(7)} ${(many / few).toFixed(2)} ×`
  )
  console.log(`${entry.what.padEnd(36)} p10 ${text[0]}   median ${text[1]}`)
}
await app.close()
await installation.close()
