import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t from 'tap'
import { resource } from '../../plugins/resources.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'

const { config, sql, tenantSql } = await createInstallation(t, { SWEEP_INTERVAL: '1' })
const { app, url } = await startApi(t, config)
const ada = await signUp(url)
const tenant = await createTenant(ada)
const rows = tenantSql(tenant.database_name)
const root = config.storage.driver === 'disk' ? config.storage.root : ''

/** An object without a row, as a killed upload leaves it. */
async function strandedObject(state: 'upload' | 'delete', deadline: string): Promise<string> {
  const key = `tenants/${tenant.id}/files/2026/01/${randomUUID()}`
  await mkdir(dirname(join(root, key)), { recursive: true })
  await writeFile(join(root, key), 'stranded')
  await rows`insert into pending_objects (s3_path, state, deadline) values (${key}, ${state}, now() + ${deadline}::interval)`
  return join(root, key)
}

t.test('work of killed processes is cleaned up or finished, and live work is left alone', async (t) => {
  const due = await strandedObject('delete', '0')
  const expired = await strandedObject('upload', '-2 minutes')
  const alive = await strandedObject('upload', '10 minutes')
  const justLate = await strandedObject('upload', '-1 second')
  /** Keeps only a second of the grace time elapsed, however long the test takes. */
  const stayJustLate = () =>
    rows`update pending_objects set deadline = now() - interval '1 second'
      where state = 'upload' and deadline between now() - interval '1 minute' and now()`

  const orphan = (await ada.upload(tenant.id, 'its event was lost')).body.data
  await rows`delete from documents`
  await rows`update files set created_at = now() - interval '1 hour'`
  const kept = (await ada.upload(tenant.id, 'kept')).body.data

  const id = randomUUID()
  await sql`insert into tenants (id, name, database_name, status, created_at, created_by)
    values (${id}, 'Half done', ${`tenant_half_done_${id.slice(0, 8)}`}, 'provisioning', now() - interval '2 minutes', ${ada.userId})`
  await sql`insert into user_tenant_associations (user_id, tenant_id, role) values (${ada.userId}, ${id}, 'admin')`
  t.equal((await ada.get(`/api/tenants/${id}/documents`)).body.error.code, 'TENANT_NOT_READY')

  await startWorker(t, config)
  const untilLate = (condition: () => boolean | Promise<boolean>) =>
    until(async () => {
      await stayJustLate()
      return condition()
    })
  await untilLate(() => !existsSync(due) && !existsSync(expired))
  await untilLate(async () => (await rows`select 1 from files where id = ${orphan.file_id}`).length === 0)
  await untilLate(() => !existsSync(join(root, orphan.file.s3_path)))
  t.ok(existsSync(alive))
  t.ok(existsSync(justLate), 'within the grace time')
  t.ok(existsSync(join(root, kept.file.s3_path)))
  await untilLate(async () => (await rows`select state from pending_objects`).length === 2)

  await until(async () => (await ada.get(`/api/tenants/${id}/documents`)).status === 200)
  t.equal((await ada.upload(id, 'works')).status, 201)
})

t.test('a file whose event was lost is verified eventually', async (t) => {
  await startWorker(t, config)
  const { file_id } = (await ada.upload(tenant.id, 'never looked at')).body.data
  const verified = async () =>
    (await rows`select 1 from files where id = ${file_id} and verified_at is not null`).length === 1
  await until(verified)
  await rows`update files set verified_at = null, created_at = now() - interval '1 hour' where id = ${file_id}`
  // Nothing made the next visit due earlier, so it could be as far off as the upload is old.
  await sql`update tenant_visits set due_at = now() where tenant_id = ${tenant.id}`
  await until(verified)
})

t.test('a file without documents is found among more files than one visit searches', async (t) => {
  const last = 'ffffffff-ffff-4fff-bfff-ffffffffffff'
  await rows`
    with added as (
      insert into files (id, md5_hash, sha256, file_size, s3_path, created_at, verified_at)
      select case key when '1' then ${last}::uuid else gen_random_uuid() end,
        md5(key), md5(key) || md5(key), 1, key, now() - interval '1 hour', now()
      from (select n::text as key from generate_series(1, 6000) as n) as keys returning id
    )
    insert into documents (id, filename, mime_type, file_id, user_id)
    select gen_random_uuid(), 'a.txt', 'text/plain', id, ${ada.userId} from added where id <> ${last}`
  await startWorker(t, config)
  await sql`update tenant_visits set due_at = now() where tenant_id = ${tenant.id}`
  await until(async () => (await rows`select from files where id = ${last}`).length === 0)
  const others = await rows`select from files where file_size = 1`
  t.equal(others.length, 5_999, 'the others stay')
})

t.test('old rows are removed in batches, and a kind that cannot be removed holds up no other', async (t) => {
  const insertSessions = () => sql`insert into token_families (id, user_id, expires_at)
    select gen_random_uuid(), ${ada.userId}, now() - interval '2 days' from generate_series(1, 2500)`
  await insertSessions()
  const { sessions } = resource(app, 'database')
  t.same([await sessions.prune(), await sessions.prune(), await sessions.prune()], [true, true, false])
  t.equal((await ada.get('/api/users/me')).status, 200, 'the open one stays')

  await insertSessions()
  await sql`create function refuse() returns trigger language plpgsql as 'begin raise exception ''not now''; end'`
  await sql`create trigger refuse before delete on token_families for each row execute function refuse()`
  t.teardown(async () => {
    await sql`drop function refuse cascade`
  })
  await sql`insert into mails (id, recipient, kind, subject_id, created_at)
    values (gen_random_uuid(), 'old@example.com', 'address', gen_random_uuid(), now() - interval '31 days')`
  await startWorker(t, config)
  await until(async () => (await sql`select from mails where recipient = 'old@example.com'`).length === 0)
})
