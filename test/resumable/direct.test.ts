import { createHash } from 'node:crypto'
import t from 'tap'
import { createTenant, refused, signUp, signUpMember, startApi } from '../helpers/api.js'
import { committedEvents } from '../helpers/committed-events.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { storageFindings } from '../crashes/upload-crashes.js'
import { Direct, put, putAll, stateOf } from './direct.js'
import { onEachStorage } from './storages.js'
import { content, MIB, sha256, Tus } from './tus.js'

const PART = 8 * MIB
const SIZE = PART + 5

await onEachStorage(t, async (t, settings) => {
  const installation = await createInstallation(t, {
    ...settings,
    SWEEP_INTERVAL: '1'
  })
  const { config, sql, tenantSql } = installation
  const { url } = await startApi(t, config)
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const db = tenantSql(tenant.database_name)
  const tus = new Tus(ada, tenant.id)
  const direct = new Direct(ada, tenant.id)

  await t.test('invalid requests are refused', async (t) => {
    for (const fields of [
      { filename: '' },
      { length: -1 },
      { length: 1.5 },
      { length: 1e300 },
      { md5: 'x' },
      { sha256: 'x' },
      { mime_type: 'x' },
      { etag: 'x' }
    ])
      refused(t, await direct.create(5, fields), 'VALIDATION_ERROR', [`/${String(Object.keys(fields)[0])}`])
    for (const query of ['from=0', 'from=x', 'count=101', 'more=1'])
      refused(t, await direct.parts(`${direct.path}/${tenant.id}`, `?${query}`), 'VALIDATION_ERROR')
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await ada.request(method, `${direct.path}/direct`)
      refused(t, answer, 'METHOD_NOT_ALLOWED')
      t.equal(answer.headers.get('allow'), 'POST, OPTIONS')
    }
    const unknown = `${direct.path}/${tenant.id}`
    refused(t, await direct.parts(unknown), 'UPLOAD_NOT_FOUND')
    refused(t, await direct.complete(unknown), 'UPLOAD_NOT_FOUND')
    const resumable = await tus.created(5)
    refused(t, await direct.parts(resumable), 'UPLOAD_NOT_FOUND')
    refused(t, await direct.complete(resumable), 'UPLOAD_NOT_FOUND')
    t.match(await ada.delete(resumable), { status: 204 })
  })

  if (config.storage.driver === 'disk') {
    refused(t, await direct.create(5), 'DIRECT_UPLOAD_UNAVAILABLE')
    t.same(await db`select from upload_sessions`, [])
    return
  }

  const findings = await storageFindings(t, config, tenant)
  const worker = await startWorker(t, config)
  const ended = (path: string) =>
    until(async () => ['done', 'failed'].includes(String(await stateOf(tus, path))))
  const eventsOf = (id: unknown) =>
    db`select data from ${committedEvents(db)} where event_type = 'document.uploaded' and data->>'document_id' = ${String(id)}`

  await t.test('parts in the storage become a document like any other', async (t) => {
    const bytes = content(2 * PART + 17)
    const { status, body } = await direct.create(
      bytes.length,
      {
        ...{ filename: 'naïve ü.txt', content_type: 'text/plain; charset=UTF-8' },
        ...{ sha256: sha256(bytes).toUpperCase() }
      },
      { 'x-forwarded-for': '203.0.113.7' }
    )
    t.match({ status, data: body.data }, { status: 201, data: { part_size: PART, parts_total: 3 } })
    const path = `${direct.path}/${body.data.id}`
    t.match(await tus.get(path), { kind: 'direct', state: 'open', offset: 0, length: bytes.length })
    const { data } = (await direct.parts(path)).body
    t.match(data, {
      parts_total: 3,
      parts: [
        { number: 1, size: PART, stored: false },
        { number: 2, size: PART, stored: false },
        { number: 3, size: 17, stored: false }
      ]
    })
    t.ok(Date.parse(data.expires_at) <= Date.now() + 3_600_000)
    // In another order, and one part twice.
    await putAll([...data.parts].reverse(), bytes, PART)
    await putAll(data.parts.slice(0, 1), bytes, PART)
    t.match((await direct.parts(path, '?from=2&count=1')).body.data.parts, [{ number: 2, stored: true }])
    refused(t, await direct.parts(path, '?from=4'), 'VALIDATION_ERROR', ['/from'])
    t.match(await direct.complete(path), { status: 202, body: { data: { state: 'finishing' } } })
    t.match(await direct.complete(path), { status: 202 })
    await ended(path)
    const { document_id, ...upload } = await tus.get(path)
    t.match(upload, { state: 'done', offset: bytes.length, error: null })
    t.ok((await tus.download(String(document_id))).equals(bytes))
    const document = await ada.get(`/api/tenants/${tenant.id}/documents/${String(document_id)}`)
    t.match(document.body.data, {
      ...{ filename: 'naïve ü.txt', mime_type: 'text/plain', user_id: ada.userId },
      file: {
        ...{ sha256: sha256(bytes), md5_hash: createHash('md5').update(bytes).digest('hex') },
        ...{ file_size: bytes.length, verification: 'intact' }
      }
    })
    t.equal((await eventsOf(document_id)).length, 1)
    t.same(
      await db`select from ${committedEvents(db)} where event_type = 'file.process'`,
      [],
      'it needs no verification: the worker has read it'
    )
    const metrics = await worker.inject('/metrics')
    t.match(metrics.body, /strongroom_uploads_total\{outcome="created"\} 1\n/)
    t.match(await direct.complete(path), { status: 202 })
    t.equal(await put(String(data.parts[0]?.url), bytes.subarray(0, PART)), false, 'the URLs no longer work')
    refused(t, await direct.parts(path), 'UPLOAD_GONE')
    t.same(await findings(), [])
  })

  await t.test('the storage accepts only parts of the announced size', async (t) => {
    const path = await direct.created(SIZE)
    const [first, last] = await direct.partsOf(path)
    for (const size of [PART - 1, PART + 1, 0])
      t.equal(await put(String(first?.url), Buffer.alloc(size)), false, `${size} bytes`)
    const second = String(last?.url).replace('partNumber=2', 'partNumber=3')
    t.equal(await put(second, Buffer.alloc(5)), false, 'another part')
    t.equal(await put(String(last?.url), Buffer.alloc(5)), true)
    const missing = await direct.complete(path)
    refused(t, missing, 'PARTS_MISSING', ['/parts/1'])
    t.match(await tus.head(path), { status: 404 }, 'the API does not take its bytes either')
    t.match(await tus.patch(path, 0, Buffer.alloc(5)), { code: 'UPLOAD_NOT_FOUND' })
    t.match(await ada.delete(path), { status: 204 })
    t.equal(await put(String(first?.url), Buffer.alloc(PART)), false)
    t.same(await findings(), [])
  })

  await t.test('content is read rather than trusted', async (t) => {
    const bytes = content(SIZE)
    const finished = async (fields: object) => {
      const path = await direct.created(SIZE, fields)
      await putAll(await direct.partsOf(path), bytes, PART)
      await direct.complete(path)
      await ended(path)
      return tus.get(path)
    }
    const wrong = await finished({ sha256: sha256(Buffer.from('other')) })
    t.match(wrong, { state: 'failed', error: 'CHECKSUM_MISMATCH', document_id: null })
    refused(t, await direct.complete(`${direct.path}/${String(wrong['id'])}`), 'UPLOAD_GONE')
    const one = await finished({})
    const other = await finished({ md5: createHash('md5').update(bytes).digest('hex') })
    t.equal((await db`select from files where sha256 = ${sha256(bytes)}`).length, 1, 'stored once')
    for (const { document_id } of [one, other]) t.ok((await tus.download(String(document_id))).equals(bytes))
    await until(async () => (await db`select from pending_objects where state = 'upload'`).length === 0)
    t.same(await findings(), [])
  })

  await t.test('a creation with a key is repeatable', async (t) => {
    const key = { 'idempotency-key': 'a-direct-upload' }
    const [first, again] = [await direct.create(9, {}, key), await direct.create(9, {}, key)]
    t.equal(again.headers.get('idempotency-replayed'), 'true')
    t.same(again.body.data, first.body.data)
    refused(t, await direct.create(9, { filename: 'b' }, key), 'IDEMPOTENCY_MISMATCH')
    t.match(await tus.create(9, key), { code: 'IDEMPOTENCY_MISMATCH' })
    t.match(await ada.delete(`${direct.path}/${first.body.data.id}`), { status: 204 })
  })

  await t.test('limits, lengths and roles are enforced', async (t) => {
    refused(t, await direct.create(0), 'EMPTY_FILE')
    refused(t, await direct.create(config.upload.maxResumableBytes + 1), 'FILE_TOO_LARGE')
    await db`update usage set max_bytes = bytes + 100000000`
    t.match(await direct.create(90_000_000), { status: 201 })
    refused(t, await direct.create(90_000_000), 'QUOTA_EXCEEDED')
    await db`update usage set max_bytes = null`
    const bob = await signUpMember(url, sql, tenant.id, 'user')
    const his = new Direct(bob, tenant.id)
    const path = await his.created(5)
    refused(t, await direct.parts(path), 'UPLOAD_NOT_FOUND')
    refused(t, await direct.complete(path), 'UPLOAD_NOT_FOUND')
    await putAll(await his.partsOf(path), Buffer.alloc(5), PART)
    // Removed members can still use their URLs, but get no document.
    await sql`delete from user_tenant_associations where user_id = ${bob.userId}`
    await db`update upload_sessions set upload_offset = 5 where id = ${String(path.split('/').at(-1))}`
    await until(
      async () => (await db`select from upload_sessions where error = 'INSUFFICIENT_ROLE'`).length === 1
    )
    const eve = await signUpMember(url, sql, tenant.id, 'viewer')
    refused(t, await new Direct(eve, tenant.id).create(5), 'INSUFFICIENT_ROLE')
  })

  await t.test('an abandoned upload leaves nothing', async (t) => {
    const path = await direct.created(SIZE)
    const [first] = await direct.partsOf(path)
    t.equal(await put(String(first?.url), Buffer.alloc(PART)), true)
    await db`update pending_objects set deadline = now() - interval '1 second'`
    refused(t, await direct.parts(path), 'UPLOAD_GONE')
    refused(t, await direct.complete(path), 'UPLOAD_GONE')
    await db`update pending_objects set deadline = now() - interval '2 minutes'`
    await until(async () => (await db`select from pending_objects`).length === 0)
    await until(async () => (await tus.request('GET', path)).status === 404)
    t.equal(await put(String(first?.url), Buffer.alloc(PART)), false)
    t.same(await findings(), [])
  })
})
