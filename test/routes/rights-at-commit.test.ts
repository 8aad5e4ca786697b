import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { createTenant, logIn, signUpMember, Client, uploaded, type UserClient } from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { startUploads } from './uploads.js'

const { installation, admin, url, path, tenant, leavesNothing } = await startUploads(t)
const { sql } = installation

type Begun = ClientRequest & { answer: Promise<[IncomingMessage]> }

/** Begins a request without ending its body. */
function begin(member: Client, method: string, to: string, type: string, more = {}): Begun {
  const headers = { authorization: `Bearer ${String(member.token)}`, 'content-type': type, ...more }
  const request = httpRequest(url + to, { method, headers })
  request.on('error', () => undefined)
  request.flushHeaders()
  // The answer may come before the rest of the body is sent.
  return Object.assign(request, { answer: once(request, 'response') as Promise<[IncomingMessage]> })
}

async function finish(request: Begun, rest: string | Buffer): Promise<{ status: number; code: string }> {
  request.end(rest)
  const [response] = await request.answer
  const { error } = JSON.parse(await text(response)) as { error?: { code: string } }
  return { status: response.statusCode ?? 0, code: error?.code ?? '' }
}

const member = () => signUpMember(url, sql, tenant.id, 'user')
const withdraw = {
  'removed, by the API': async ({ userId }: UserClient) => {
    await admin.delete(`/api/tenants/${tenant.id}/users/${userId}`)
    return { status: 404, code: 'TENANT_NOT_FOUND' }
  },
  'demoted, by hand': async ({ userId }: UserClient) => {
    await sql`update user_tenant_associations set role = 'viewer' where user_id = ${userId}`
    return { status: 403, code: 'INSUFFICIENT_ROLE' }
  },
  'the session ended': async (user: UserClient) => {
    const { access_token } = await logIn(url, user.email)
    await new Client(url, access_token).delete('/api/users/me/sessions')
    return { status: 401, code: 'TOKEN_REVOKED' }
  },
  'the account deactivated, by hand': async ({ userId }: UserClient) => {
    await sql`update users set is_active = false where id = ${userId}`
    return { status: 401, code: 'TOKEN_REVOKED' }
  }
}
/** Waits until the API has seen a change by hand, which takes up to a second. */
const seen = () => delay(1_000)

void t.test('an upload whose sender loses the right meanwhile is refused, and leaves nothing', async (t) => {
  const large = randomBytes(6 * 1024 * 1024)
  const uploads = Object.entries(withdraw).flatMap(([what, take]) => [
    { what: `${what}, in memory`, take, content: Buffer.from(`content ${what}`) },
    { what: `${what}, in the storage`, take, content: Buffer.concat([large, Buffer.from(what)]) }
  ])
  await leavesNothing(t, 'refused uploads', () =>
    Promise.all(
      uploads.map(async ({ what, take, content }) => {
        const user = await member()
        const upload = begin(user, 'POST', `${path}?filename=a`, 'text/plain')
        upload.write(content.subarray(0, -1))
        // There is no sign of when the server has read this; the right at the end is what counts.
        await delay(500)
        const expected = await take(user)
        await seen()
        t.same(await finish(upload, content.subarray(-1)), expected, what)
      })
    )
  )
})

void t.test(
  'an upload to a tenant that is closed meanwhile is refused, and so is a repeated answer',
  async (t) => {
    const other = await createTenant(admin)
    const user = await signUpMember(url, sql, other.id, 'user')
    const to = `/api/tenants/${other.id}/documents?filename=a`
    const upload = begin(user, 'POST', to, 'text/plain')
    upload.write('a')
    await delay(200)
    await admin.delete(`/api/tenants/${other.id}`)
    await seen()
    t.same(await finish(upload, 'b'), { status: 403, code: 'TENANT_INACTIVE' })

    const key = { 'idempotency-key': 'a-key' }
    const again = await member()
    const repeat = () => begin(again, 'POST', `${path}?filename=a`, 'text/plain', key)
    t.equal((await finish(repeat(), 'ab')).status, 201)
    const repeated = repeat()
    repeated.write('a')
    await delay(200)
    const expected = await withdraw['removed, by the API'](again)
    t.same(await finish(repeated, 'b'), expected)
  }
)

void t.test('a change whose body arrives slowly is refused if the right is lost meanwhile', async (t) => {
  const document = await uploaded(admin, tenant.id, 'x')
  const user = await member()
  const change = begin(user, 'PUT', `${path}/${document.id}`, 'application/json', { 'content-length': '18' })
  change.write('{"filename":')
  await delay(200)
  const expected = await withdraw['demoted, by hand'](user)
  await seen()
  t.same(await finish(change, '"new"}'), expected)
  const own = begin(user, 'PUT', '/api/users/me', 'application/json', { 'content-length': '20' })
  own.write('{"first_name":')
  await delay(200)
  const ended = await withdraw['the session ended'](user)
  await seen()
  t.same(await finish(own, '"ad" }'), ended)
})

void t.test('a download ends when its reader loses access', async (t) => {
  const document = await uploaded(admin, tenant.id, randomBytes(40_000_000))
  for (const [what, take] of Object.entries(withdraw)) {
    if (what.startsWith('demoted')) continue
    const user = await member()
    const download = begin(user, 'GET', `${path}/${document.id}/content`, 'text/plain')
    download.end()
    const [response] = (await once(download, 'response')) as [IncomingMessage]
    // Only what the system has buffered is read.
    let closed = false
    response.once('close', () => (closed = true))
    response.on('error', () => undefined)
    response.once('data', () => response.pause())
    await take(user)
    await until(async () => {
      response.resume()
      response.once('data', () => response.pause())
      return closed
    })
    t.notOk(response.complete, what)
  }
  const viewer = await signUpMember(url, sql, tenant.id, 'viewer')
  t.equal((await viewer.get(`${path}/${document.id}`)).status, 200)
})
