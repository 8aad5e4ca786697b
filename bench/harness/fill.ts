import postgres from 'postgres'
import type { BenchInstallation } from '../installation.js'
import { connect, createTables, fillTables } from '../baseline/database.js'
import type { OurServer } from './contenders.js'

/** Number of a tenant's documents that have this in their names. */
const REPORTS = 20

/** Uploads one file and gives it `count` documents, 20 of which have their own names. @returns the id of one */
export async function fillTenant(
  installation: BenchInstallation,
  { url, headers, tenant, userId }: OurServer,
  count: number
): Promise<string> {
  const upload = await fetch(`${url}/api/tenants/${tenant.id}/documents?filename=quarterly%20report.pdf`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/pdf' },
    body: 'x'.repeat(10_240)
  })
  if (!upload.ok) throw new Error(await upload.text())
  const { data } = (await upload.json()) as { data: { id: string; file_id: string } }
  const sql = postgres(installation.databaseUrl(tenant.database_name), { max: 1 })
  await sql`insert into documents (id, filename, mime_type, file_id, user_id, created_at)
    select gen_random_uuid(), md5(n::text) || case when n % ${Math.floor(count / REPORTS)}::int = 0 then ' quarterly report' else ' scan' end || '.pdf', 'application/pdf', ${data.file_id}, ${userId},
      now() - make_interval(secs => n)
    from generate_series(2, ${count}::int) n`
  await sql`vacuum analyze documents`
  await sql.end()
  return data.id
}

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
