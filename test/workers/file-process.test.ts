import { appendFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createTenant, signUp, startApi, uploaded, type TestDocument, type TestFile } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { committedEvents } from '../helpers/committed-events.js'

const { config, tenantSql } = await createInstallation(t, { LOG_LEVEL: 'fatal' })
const { url } = await startApi(t, config)
await startWorker(t, config)
const ada = await signUp(url)
const tenant = await createTenant(ada)
const db = tenantSql(tenant.database_name)
const objectOf = ({ file }: TestDocument) => join(config.dataDir, 'objects', file.s3_path)

type Verified = TestFile & { verification: string | null; detected_type: string | null }
const fileOf = async (document: TestDocument) =>
  (await ada.get<Verified>(`/api/tenants/${tenant.id}/files/${document.file_id}`)).body.data
const verified = async (document: TestDocument) => {
  await until(async () => (await fileOf(document)).verified_at !== null)
  return fileOf(document)
}
/** Sends the file's event again. */
async function again(document: TestDocument): Promise<void> {
  await db`update files set verified_at = null where id = ${document.file_id}`
  await db`insert into outbox (event_type, tenant_id, user_id, data)
    values ('file.process', ${tenant.id}, ${ada.userId}, ${db.json({ file_id: document.file_id })})`
  await uploaded(ada, tenant.id, `nudge ${document.id} ${Math.random()}`)
}

void t.test('every new file is read and recorded, whatever the document is called', async (t) => {
  const gif = await uploaded(ada, tenant.id, 'GIF89a and more', {
    filename: 'a.pdf',
    mime_type: 'application/pdf'
  })
  t.match(await verified(gif), { verification: 'intact', detected_type: 'image/gif' })
  const large = await uploaded(ada, tenant.id, Buffer.alloc(7_000_000, 'text'))
  t.match(await verified(large), { verification: 'intact', detected_type: null })
  const events = async () =>
    (await db`select from ${committedEvents(db)} where event_type = 'file.process'`).length
  t.equal(await events(), 2)
  await uploaded(ada, tenant.id, 'GIF89a and more')
  t.equal(await events(), 2, 'a duplicate is no new file')
})

void t.test('damage and loss are detected, recorded and reported', async (t) => {
  const damaged = await uploaded(ada, tenant.id, 'to be damaged')
  const lost = await uploaded(ada, tenant.id, 'to be lost')
  for (const document of [damaged, lost]) t.equal((await verified(document)).verification, 'intact')
  await appendFile(objectOf(damaged), '!')
  await rm(objectOf(lost))
  await again(damaged)
  t.equal((await verified(damaged)).verification, 'damaged')
  await again(lost)
  t.equal((await verified(lost)).verification, 'missing')
  const told = await db`select user_id, data from ${committedEvents(db)}
    where event_type = 'audit.log' and data->>'action' = 'file.damaged' order by sequence`
  t.same(
    told.map((event) => event['user_id'] as string),
    [null, null]
  )
  t.match(told, [
    {
      data: { target: { type: 'file', id: damaged.file_id }, details: { verification: 'damaged' }, ip: null }
    },
    { data: { target: { type: 'file', id: lost.file_id }, details: { verification: 'missing' } } }
  ])
})

void t.test('another upload of the same content repairs lost or damaged files', async (t) => {
  for (const content of [Buffer.from('to be repaired'), Buffer.alloc(6_000_000, 'mend')]) {
    const first = await uploaded(ada, tenant.id, content)
    await verified(first)
    await rm(objectOf(first))
    await again(first)
    t.equal((await verified(first)).verification, 'missing')
    const second = await uploaded(ada, tenant.id, content)
    t.equal(second.file_id, first.file_id)
    t.match(await verified(second), { verification: 'intact' })
    const got = await fetch(`${url}/api/tenants/${tenant.id}/documents/${first.id}/content`, {
      headers: { authorization: `Bearer ${String(ada.token)}` }
    })
    t.ok(Buffer.from(await got.arrayBuffer()).equals(content), 'both documents have their bytes again')
    const file = await fileOf(first)
    t.not(file.s3_path, first.file.s3_path, 'under a new key')
    t.same(await db`select from pending_objects where s3_path = ${file.s3_path}`, [])
  }
})

void t.test('an event of a removed file has no effect', async (t) => {
  const gone = await uploaded(ada, tenant.id, 'to be deleted')
  await verified(gone)
  await ada.delete(`/api/tenants/${tenant.id}/documents/${gone.id}`)
  await until(async () => (await db`select from files where id = ${gone.file_id}`).length === 0)
  await db`insert into outbox (event_type, tenant_id, user_id, data)
    values ('file.process', ${tenant.id}, ${ada.userId}, ${db.json({ file_id: gone.file_id })})`
  const after = await uploaded(ada, tenant.id, 'after it')
  t.equal((await verified(after)).verification, 'intact', 'the worker continues')
})
