import postgres from 'postgres'
import type { BenchInstallation } from '../installation.js'
import { connect, createTables, fillTables } from '../baseline/database.js'
import type { OurServer } from './contenders.js'

/** The number of a tenant's documents that have "quarterly report" in their names. */
const REPORTS = 20

/** Uploads one file and gives it `count` documents, 20 of which have their own names. @returns the id of one */
export async function fillTenant(
  installation: BenchInstallation,
  server: OurServer,
  count: number
): Promise<string> {
  const { id, file_id } = await uploadReport(server)
  const sql = postgres(installation.databaseUrl(server.tenant.database_name), { max: 1 })
  await sql`insert into documents (id, filename, mime_type, file_id, user_id, created_at)
    select gen_random_uuid(), ${nameOf(sql, count)}, 'application/pdf', ${file_id}, ${server.userId},
      now() - make_interval(secs => n)
    from generate_series(2, ${count}::int) n`
  await sql`vacuum analyze documents`
  await sql.end()
  return id
}

/**
 * Like `fillTenant`, but with own data. The 20 named documents have the tag `rare` and the customer `rare`, and are in
 * the folder `/rare/`; all others are in 1,000 folders. Every second document has the tag `common` and the state
 * `open`, and the oldest 2 % have the tag `old`.
 * @returns a function that adds documents with the common own data, and does not vacuum
 */
export async function fillWithOwnData(
  installation: BenchInstallation,
  server: OurServer,
  count: number
): Promise<(more: number) => Promise<void>> {
  const { file_id } = await uploadReport(server)
  const write = async (from: number, to: number, vacuum: boolean) => {
    const sql = postgres(installation.databaseUrl(server.tenant.database_name), { max: 1 })
    const isRare = sql`n % ${Math.floor(count / REPORTS)}::int = 0 and n > 0`
    await sql`insert into documents (id, filename, mime_type, file_id, user_id, created_at, external_id, folder, tags, metadata)
      select gen_random_uuid(), ${nameOf(sql, count)}, 'application/pdf', ${file_id}, ${server.userId},
        now() - make_interval(secs => n), 'document ' || n,
        case when ${isRare} then '/rare/' else '/customers/' || n % 1000 || '/' end,
        array_remove(array[case when n % 2 = 0 then 'common' end, case when n > ${count}::int * 0.98 then 'old' end,
          case when ${isRare} then 'rare' end], null),
        jsonb_build_object('customer', case when ${isRare} then 'rare' else 'C-' || n % 1000 end,
          'state', case when n % 2 = 0 then 'open' else 'closed' end, 'amount', n)
      from generate_series(${from}::int, ${to}::int) n`
    if (vacuum) await sql`vacuum analyze documents`
    await sql.end()
  }
  await write(2, count, true)
  return (more) => write(-more, -1, false)
}

async function uploadReport({ url, headers, tenant }: OurServer): Promise<{ id: string; file_id: string }> {
  const upload = await fetch(`${url}/api/tenants/${tenant.id}/documents?filename=quarterly%20report.pdf`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/pdf' },
    body: 'x'.repeat(10_240)
  })
  if (!upload.ok) throw new Error(await upload.text())
  return ((await upload.json()) as { data: { id: string; file_id: string } }).data
}

/** The name of the document `n`, as SQL. @param count of the tenant's documents */
const nameOf = (sql: postgres.Sql, count: number) => sql`md5(n::text) ||
  case when n % ${Math.floor(count / REPORTS)}::int = 0 then ' quarterly report' else ' scan' end || '.pdf'`

/** Fills the baseline's plain tables in the same way. */
export async function fillBaseline(
  installation: BenchInstallation,
  count: number
): Promise<{ userId: string; documentId: string }> {
  const maintenance = connect(installation.databaseUrl('postgres'))
  await maintenance`drop database if exists baseline with (force)`
  await maintenance`create database baseline`
  await maintenance.end()
  const sql = connect(installation.databaseUrl('baseline'))
  await createTables(sql)
  const ids = await fillTables(sql, count)
  await sql.end()
  return ids
}
