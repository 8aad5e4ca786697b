import { createHash } from 'node:crypto'
import t from 'tap'
import { createTenant, signUp, signUpMember, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { onEachStorage } from './storages.js'
import { content, metadata, MIB, sha256, Tus } from './tus.js'

await onEachStorage(t, async (t, settings) => {
  const { config, sql, tenantSql } = await createInstallation(t, settings)
  const { url } = await startApi(t, config)
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const db = tenantSql(tenant.database_name)
  const tus = new Tus(ada, tenant.id)

  await t.test('pieces become a document like any other', async (t) => {
    const bytes = content(19 * MIB + 5)
    const path = await tus.created(bytes.length, {
      'upload-metadata': metadata({
        ...{ name: 'x', filename: 'naïve ü.txt', type: 'a/b', filetype: 'text/plain; charset=UTF-8' },
        ...{ sha256: sha256(bytes).toUpperCase(), other: '' }
      })
    })
    t.match(await tus.head(path), { status: 200, at: '0' })
    const cuts = [0, 3, 3, 7 * MIB, 16 * MIB, 19 * MIB + 4, bytes.length]
    for (const [index, end] of cuts.slice(1).entries()) {
      const answer = await tus.patch(path, cuts[index] ?? 0, bytes.subarray(cuts[index], end))
      t.match(answer, { status: 204, at: String(end) }, `up to ${end}`)
      t.match((await tus.head(path)).at, String(end))
      if (end < bytes.length) continue
      const id = String(answer.headers['content-location']?.split('/').at(-1))
      t.ok((await tus.download(id)).equals(bytes))
      const { body } = await ada.get(`/api/tenants/${tenant.id}/documents/${id}`)
      t.match(body.data, {
        ...{ filename: 'naïve ü.txt', mime_type: 'text/plain', user_id: ada.userId },
        file: { sha256: sha256(bytes), md5_hash: createHash('md5').update(bytes).digest('hex') }
      })
      t.match(await tus.get(path), { state: 'done', document_id: id, offset: end, length: end, error: null })
      await ada.delete(`/api/tenants/${tenant.id}/documents/${id}`)
      t.match(await tus.head(path), { status: 410 }, 'the upload is gone with its document')
    }
    t.same(await db`select from pending_objects`, [])
    t.same(await db`select from upload_tails`, [])
  })

  await t.test('the type is taken from the content if it was not declared', async (t) => {
    const pdf = Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n')
    const created = await tus.create(pdf.length, {}, pdf)
    t.match(created, { status: 201, at: String(pdf.length) })
    const { document_id } = await tus.get(String(created.headers['location']))
    const { body } = await ada.get(`/api/tenants/${tenant.id}/documents/${String(document_id)}`)
    t.match(body.data, { filename: 'a.bin', mime_type: 'application/pdf' })
  })

  await t.test('duplicate content is not stored twice', async (t) => {
    const bytes = content(1000)
    for (const deduplicated of [false, true]) {
      const created = await tus.create(bytes.length, {}, bytes)
      t.equal(created.status, 201)
      t.equal((await db`select from files where sha256 = ${sha256(bytes)}`).length, 1, String(deduplicated))
    }
    t.same(await db`select from pending_objects`, [])
  })

  await t.test('the length may be declared later, with and without more bytes', async (t) => {
    for (const last of ['', 'ef']) {
      const path = await tus.created(undefined)
      t.equal((await tus.patch(path, 0, Buffer.from('abcd'))).at, '4')
      t.equal((await tus.head(path)).headers['upload-defer-length'], '1')
      const length = { 'upload-length': String(4 + last.length) }
      t.match(await tus.patch(path, 4, Buffer.from(last), length), {
        status: 204,
        at: String(4 + last.length)
      })
      const { document_id } = await tus.get(path)
      t.equal(String(await tus.download(String(document_id))), `abcd${last}`)
    }
    const path = await tus.created(undefined)
    await tus.patch(path, 0, Buffer.from('abcd'))
    t.match(await tus.patch(path, 4, Buffer.alloc(0), { 'upload-length': '3' }), {
      code: 'MALFORMED_REQUEST'
    })
    t.match(await tus.patch(path, 4, Buffer.from('efg'), { 'upload-length': '6' }), {
      code: 'FILE_TOO_LARGE'
    })
    t.equal((await tus.head(path)).headers['upload-length'], undefined)
  })

  await t.test('a length of 0 is refused, also when it is declared later', async (t) => {
    const path = await tus.created(undefined)
    t.match(await tus.patch(path, 0, Buffer.alloc(0), { 'upload-length': '0' }), { code: 'EMPTY_FILE' })
    t.match(await tus.get(path), { state: 'open', length: null })
    t.equal((await tus.request('DELETE', path)).status, 204)
  })

  await t.test('bytes with a digest are saved only if it matches', async (t) => {
    const bytes = content(9 * MIB)
    const path = await tus.created(bytes.length)
    const digest = (of: Buffer, name = 'sha1') => `${name} ${createHash(name).update(of).digest('base64')}`
    const wrong = Buffer.from(bytes).fill(0, 8 * MIB)
    await tus.patch(path, 0, bytes.subarray(0, 5))
    const send = (body: Buffer, checksum: string) => tus.patch(path, 5, body, { 'upload-checksum': checksum })
    t.match(await send(wrong.subarray(5), digest(bytes.subarray(5))), { status: 460, code: 'CHUNK_MISMATCH' })
    t.equal((await tus.head(path)).at, '5')
    const other = { 'content-digest': `sha-256=:${createHash('sha256').update('x').digest('base64')}:` }
    t.match(await tus.patch(path, 5, wrong.subarray(5), other), { code: 'CHECKSUM_MISMATCH' })
    t.equal((await tus.head(path)).at, '5')
    for (const checksum of ['sha1', 'crc32 AAAA', 'sha1 AAAA', `sha1 ${'A'.repeat(27)}!`])
      t.match(await send(bytes.subarray(5), checksum), { code: 'MALFORMED_REQUEST' }, checksum)
    t.match(await send(bytes.subarray(5), digest(bytes.subarray(5), 'sha256')), { status: 204 })
    t.equal((await tus.head(path)).at, String(bytes.length))
  })

  await t.test('a wrong digest of the whole file fails the upload and leaves nothing', async (t) => {
    const path = await tus.created(4, { 'upload-metadata': metadata({ filename: 'a', md5: '0'.repeat(32) }) })
    t.match(await tus.patch(path, 0, Buffer.from('abcd')), { status: 422, code: 'CHECKSUM_MISMATCH' })
    t.match(await tus.get(path), { state: 'failed', error: 'CHECKSUM_MISMATCH', document_id: null })
    t.match(await tus.head(path), { status: 410 })
    t.match(await tus.patch(path, 4, Buffer.alloc(0)), { code: 'UPLOAD_GONE' })
  })

  await t.test('a key leads to the same upload for a day', async (t) => {
    const key = { 'idempotency-key': 'key 1'.replace(' ', '-') }
    const path = await tus.created(4, key)
    await tus.patch(path, 0, Buffer.from('ab'))
    const again = await tus.create(4, key, Buffer.from('abcd'))
    t.match(again, { status: 201, at: '2' })
    t.equal(again.headers['location'], path)
    t.equal(again.headers['idempotency-replayed'], 'true')
    t.match(await tus.create(5, key), { code: 'IDEMPOTENCY_MISMATCH' })
    const both = await Promise.all([1, 2, 3].map(() => tus.created(9, { 'idempotency-key': 'parallel' })))
    t.equal(new Set(both).size, 1)
  })

  await t.test('an upload belongs to its account, which can delete it, as an admin can', async (t) => {
    const bob = await signUpMember(url, sql, tenant.id, 'user')
    const eve = await signUpMember(url, sql, tenant.id, 'viewer')
    const his = new Tus(bob, tenant.id)
    const path = await his.created(4)
    t.match(await tus.head(path), { status: 404 })
    t.match(await tus.patch(path, 0, Buffer.from('a')), { code: 'UPLOAD_NOT_FOUND' })
    t.match(await new Tus(eve, tenant.id).create(4), { code: 'INSUFFICIENT_ROLE' })
    const hers = await tus.created(4)
    t.match(await his.request('DELETE', hers), { code: 'UPLOAD_NOT_FOUND' })
    t.match(await tus.request('DELETE', path), { status: 204 })
    t.match(await his.head(path), { status: 404 })
    t.match(await his.request('GET', tus.path), { status: 200, data: [] })
  })

  await t.test('invalid requests are refused and create no upload', async (t) => {
    const before = await db`select count(*) from upload_sessions`
    const refused = async (code: string, headers: Record<string, string>, length?: number) =>
      t.match(await tus.create(length, headers), { code }, `${code} ${JSON.stringify(headers)}`)
    await refused('MALFORMED_REQUEST', { 'upload-length': '5' })
    await refused('MALFORMED_REQUEST', { 'upload-defer-length': '2' })
    await refused('MALFORMED_REQUEST', { 'upload-length': '1e3' }, 3)
    await refused('MALFORMED_REQUEST', { 'upload-length': '99999999999999999999' }, 3)
    await refused('MALFORMED_REQUEST', { 'upload-concat': 'partial' }, 3)
    await refused('EMPTY_FILE', {}, 0)
    await refused('FILE_TOO_LARGE', {}, config.upload.maxResumableBytes + 1)
    await refused('TUS_VERSION_UNSUPPORTED', { 'tus-resumable': '0.2.2' }, 3)
    for (const wrong of [
      '',
      'filename',
      'filename !',
      'filename YQ==,filename YQ==',
      'filename /w==',
      'filename YQ',
      ','
    ])
      await refused('VALIDATION_ERROR', { 'upload-metadata': wrong }, 3)
    await refused('VALIDATION_ERROR', { 'upload-metadata': metadata({ filename: 'a', sha256: 'x' }) }, 3)
    await refused('VALIDATION_ERROR', { 'upload-metadata': metadata({ filename: 'a', mime_type: 'x' }) }, 3)
    t.match(await tus.create(3, {}, Buffer.from('abcd')), { code: 'FILE_TOO_LARGE' })
    t.same(await db`select count(*) from upload_sessions`, before)
    const path = await tus.created(3)
    t.match(await tus.patch(path, 1, Buffer.from('a')), { code: 'OFFSET_MISMATCH' })
    t.match(await tus.patch(path, 0, Buffer.from('abcd')), { code: 'FILE_TOO_LARGE' })
    t.match(await tus.patch(path, 0, Buffer.from('a'), { 'content-type': 'text/plain' }), { status: 415 })
    t.match(await tus.patch(path, 0, Buffer.from('a'), { 'upload-length': '4' }), {
      code: 'MALFORMED_REQUEST'
    })
    t.match(await tus.patch(`${tus.path}/x`, 0, Buffer.from('a')), { code: 'VALIDATION_ERROR' })
    const override = { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' }
    t.match(await tus.request('POST', path, override, Buffer.from('a')), { code: 'ROUTE_NOT_FOUND' })
    const overridden = { ...override, 'x-http-method-override': 'PATCH' }
    t.match(await tus.request('POST', path, overridden, Buffer.from('a')), { status: 204, at: '1' })
  })

  await t.test('anyone may ask for the capabilities of the server', async (t) => {
    const { status, headers } = await fetch(url + tus.path, { method: 'OPTIONS' })
    t.equal(status, 204)
    t.equal(headers.get('tus-version'), '1.0.0')
    t.equal(headers.get('tus-max-size'), String(config.upload.maxResumableBytes))
    t.match(headers.get('tus-extension'), /creation-with-upload.*checksum/)
    t.match(headers.get('allow'), /HEAD/)
  })
})
