import { request as httpRequest } from 'node:http'
import t from 'tap'
import { resource } from '../../plugins/resources.js'
import { refused, signUpMember, uploaded, type Answer, type TestDocument } from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { md5, multipart, MULTIPART, startUploads } from './uploads.js'

const uploads = await startUploads(t)
const { app, admin, tenant, db, path, post, url, leavesNothing, installation } = uploads

let count = 0
const newKey = () => `key-${++count}`
const RAW = { 'content-type': 'application/pdf' }
const send = (content: string, key: string, query = '?filename=a.txt') =>
  post(content, { ...RAW, 'idempotency-key': key }, query)
const replayed = (answer: Answer<TestDocument>) => answer.headers.get('idempotency-replayed')

void t.test('the same key and request get the same answer, and are stored once', async (t) => {
  for (const [what, content] of [
    ['small', 'kept once'],
    ['large', 'large'.repeat(1_500_000)]
  ] as const) {
    const key = newKey()
    const first = await send(content, key)
    t.equal(first.status, 201)
    t.equal(replayed(first), null)
    await admin.send('PUT', `${path}/${first.body.data.id}`, { filename: 'renamed' })
    await leavesNothing(t, what, async () => {
      const again = await send(content, key)
      t.equal(again.status, 201)
      t.equal(replayed(again), 'true')
      t.same(again.body, first.body, 'exactly the same answer')
    })
    await admin.delete(`${path}/${first.body.data.id}`)
    t.same((await send(content, key)).body, first.body, 'even after the document is deleted')
  }
  const rows = await db`select expires_at > now() + interval '23 hours' as day from idempotency_keys`
  t.same(
    rows.map((row) => row['day'] as boolean),
    [true, true]
  )
})

void t.test('the repeated answer to a duplicate also reports the duplicate', async (t) => {
  await uploaded(admin, tenant.id, 'there before')
  const key = newKey()
  const first = await send('there before', key)
  t.equal(first.body.data.deduplicated, true)
  t.same((await send('there before', key)).body, first.body)
})

void t.test('a form with its fields in another order is the same request', async (t) => {
  const key = newKey()
  const form = (parts: Parameters<typeof multipart>[0]) =>
    post(multipart(parts), { ...MULTIPART, 'idempotency-key': key })
  const file = { name: 'file', filename: 'x', body: 'form' }
  const name = { name: 'filename', body: 'named' }
  const first = await form([file, name])
  t.equal(first.status, 201)
  t.same((await form([name, file])).body, first.body)
  t.same(
    (await form([name, { name: 'md5', body: md5('form') }, file])).body,
    first.body,
    'a correct MD5 changes nothing'
  )
  refused(t, await form([name, { name: 'md5', body: md5('x') }, file]), 'CHECKSUM_MISMATCH')
})

void t.test('another request with the same key is refused', async (t) => {
  const key = newKey()
  t.equal((await send('mine', key)).status, 201)
  await leavesNothing(t, 'others', async () => {
    refused(t, await send('other', key), 'IDEMPOTENCY_MISMATCH')
    refused(t, await send('mine', key, '?filename=b.txt'), 'IDEMPOTENCY_MISMATCH')
    const type = await post(
      'mine',
      { 'content-type': 'image/png', 'idempotency-key': key },
      '?filename=a.txt'
    )
    refused(t, type, 'IDEMPOTENCY_MISMATCH')
    refused(t, await send('', key), 'EMPTY_FILE')
  })
  const key2 = newKey()
  t.equal((await send('mine', key2)).status, 201, 'with another key it is another request')
})

void t.test('keys belong to a user', async (t) => {
  const key = newKey()
  const other = await signUpMember(url, installation.sql, tenant.id, 'user')
  const first = await send('by one', key)
  const second = await other.request<TestDocument>('POST', `${path}?filename=b.txt`, {
    body: 'by another',
    headers: { 'idempotency-key': key }
  })
  t.equal(second.status, 201)
  t.not(second.body.data.id, first.body.data.id)
})

void t.test('after a failure, the key can be used again at once, with any request', async (t) => {
  const key = newKey()
  await leavesNothing(t, 'failed', async () => {
    const headers = { ...RAW, 'idempotency-key': key, 'content-md5': Buffer.alloc(16).toString('base64') }
    refused(t, await post('content', headers, '?filename=a'), 'CHECKSUM_MISMATCH')
    refused(t, await send('', key), 'EMPTY_FILE')
  })
  t.equal((await send('something else', key)).status, 201)
})

void t.test('while a request runs, another one with its key is told to wait', async (t) => {
  const key = newKey()
  const headers = {
    ...RAW,
    authorization: `Bearer ${admin.token}`,
    'idempotency-key': key,
    'content-length': 4
  }
  const first = httpRequest(`${url}${path}?filename=a.txt`, { method: 'POST', headers })
  const answered = new Promise<number>((resolve) =>
    first.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
  )
  first.write('sl')
  await until(async () => (await db`select from idempotency_keys where key = ${key}`).length > 0)
  const second = await send('slow', key)
  refused(t, second, 'IDEMPOTENCY_IN_PROGRESS')
  const seconds = Number(second.headers.get('retry-after'))
  t.ok(seconds >= 1 && seconds <= 15, `Retry-After: ${seconds}`)
  first.end('ow')
  t.equal(await answered, 201)
  t.equal(replayed(await send('slow', key)), 'true')
})

void t.test('twenty concurrent requests create one document', async (t) => {
  const key = newKey()
  const answers = await Promise.all(Array.from({ length: 20 }, () => send('twenty', key)))
  t.same(new Set(answers.map((answer) => answer.status)).size <= 2, true)
  const ids = answers.filter(({ status }) => status === 201).map(({ body }) => body.data.id)
  t.ok(ids.length >= 1)
  t.equal(new Set(ids).size, 1)
  for (const answer of answers.filter(({ status }) => status !== 201))
    refused(t, answer, 'IDEMPOTENCY_IN_PROGRESS')
  const made =
    await db`select from documents where file_id in (select id from files where md5_hash = ${md5('twenty')})`
  t.equal(made.length, 1)
})

void t.test('an expired claim is taken over, and the request that held it cannot commit', async (t) => {
  const key = newKey()
  const headers = {
    ...RAW,
    authorization: `Bearer ${admin.token}`,
    'idempotency-key': key,
    'content-length': 6
  }
  const late = httpRequest(`${url}${path}?filename=a.txt`, { method: 'POST', headers })
  const answered = new Promise<number>((resolve) =>
    late.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
  )
  late.write('zom')
  await until(async () => (await db`select from idempotency_keys where key = ${key}`).length > 0)
  await db`update idempotency_keys set claimed_until = now(), expires_at = now() where key = ${key}`
  const second = await send('second', key)
  t.equal(second.status, 201)
  await leavesNothing(t, 'the late one', async () => {
    late.end('bie')
    t.equal(await answered, 503)
  })
  t.equal(replayed(await send('second', key)), 'true', 'the second answer is kept')
})

void t.test('an answer is kept for a day', async (t) => {
  const key = newKey()
  const first = await send('old', key)
  await db`update idempotency_keys set expires_at = now() where key = ${key}`
  const second = await send('new', key)
  t.equal(second.status, 201)
  t.equal(replayed(second), null)
  t.not(second.body.data.id, first.body.data.id)
})

void t.test('expired keys are removed in batches', async (t) => {
  const kept = newKey()
  await send('kept', kept)
  await db`delete from idempotency_keys where key <> ${kept}`
  await db`insert into idempotency_keys (user_id, operation, key, owner, claimed_until, expires_at)
    select gen_random_uuid(), 'uploadDocument', n::text, gen_random_uuid(), now(), now() from generate_series(1, 5001) n`
  const prune = () =>
    resource(app, 'router').withTenant(tenant, ({ idempotencyKeys }) => idempotencyKeys.prune())
  t.equal(await prune(), true, 'there are more')
  t.equal(await prune(), false)
  t.same(await db`select key from idempotency_keys`, [{ key: kept }])
})

void t.test('a key is 1 to 255 characters of visible ASCII', async (t) => {
  await leavesNothing(t, 'bad keys', async () => {
    for (const key of ['', 'a b', 'ä', 'a'.repeat(256), '\t']) {
      refused(t, await send('x', key), 'VALIDATION_ERROR', ['/idempotency-key'], JSON.stringify(key))
    }
  })
  t.equal((await send('longest', `~${'!'.repeat(254)}`)).status, 201)
})
