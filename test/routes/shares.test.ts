import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { Client, createTenant, signUp, startApi, uploaded, type UserClient } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { startS3Front } from '../helpers/s3-front.js'
import { startFauxqsServer } from '../helpers/s3-servers.js'
import { until } from '../helpers/until.js'

const { configWith, sql } = await createInstallation(t)
const { url } = await startApi(t, configWith({ UPLOAD_CONCURRENCY: '4', DOWNLOAD_CONCURRENCY: '4' }))

interface Person {
  user: UserClient
  path: string
}
async function person(name: string): Promise<Person> {
  const user = await signUp(url, name)
  const tenant = await createTenant(user, name)
  return { user, path: `/api/tenants/${tenant.id}/documents` }
}

/** The process's count of uploads in this state. */
async function inFlight(state: string, at = url): Promise<number> {
  const metrics = await (await fetch(`${at}/metrics`)).text()
  const found = new RegExp(`^strongroom_uploads_in_flight\\{.*state="${state}".*\\} (\\d+)$`, 'm').exec(
    metrics
  )
  return Number(found?.[1])
}

/** An upload of undeclared length at about 4 KiB a second. */
function drip({ user, path }: Person) {
  const headers = { authorization: `Bearer ${String(user.token)}`, 'content-type': 'text/plain' }
  const request = httpRequest(`${url}${path}?filename=slow`, { method: 'POST', headers, agent: false })
  const status = new Promise<number>((resolve) => {
    request.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', () => resolve(0))
  })
  const timer = setInterval(() => request.write(randomBytes(400)), 100)
  void status.then(() => clearInterval(timer))
  return {
    status,
    end: () => {
      clearInterval(timer)
      request.end()
    }
  }
}

const upload = async ({ user, path }: Person) =>
  (
    await user.request('POST', `${path}?filename=b`, {
      body: 'hello',
      headers: { 'content-type': 'text/plain' }
    })
  ).status

void t.test('one account’s uploads leave room for others', async (t) => {
  const [greedy, victim] = [await person('greedy'), await person('victim')]
  const slow = Array.from({ length: 8 }, () => drip(greedy))
  await until(async () => (await inFlight('waiting')) === 6)
  t.equal(await upload(victim), 201)
  t.equal(await inFlight('running'), 2)
  for (const { end } of slow) end()
  t.same(
    new Set(await Promise.all(slow.map(({ status }) => status))),
    new Set([201]),
    'no upload was cut off'
  )
})

void t.test('if all places are taken, one slow upload is cut off for each waiting one', async (t) => {
  const slow = (await Promise.all([1, 2, 3, 4].map((n) => person(`slow${n}`)))).map(drip)
  await until(async () => (await inFlight('running')) === 4)
  t.equal(await upload(await person('victim')), 201)
  const ended = await Promise.race(slow.map(({ status }) => status))
  t.equal(ended, 408)
  for (const { end } of slow) end()
  t.same((await Promise.all(slow.map(({ status }) => status))).sort(), [201, 201, 201, 408])
})

/** Requests content and reads none of it. */
async function ask(
  at: string,
  path: string,
  token?: string
): Promise<{ socket: Socket; ended: Promise<unknown> }> {
  const { hostname, port } = new URL(at)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  const ended = once(socket, 'close')
  await once(socket, 'connect')
  const authorization = token === undefined ? [] : [`authorization: Bearer ${token}`]
  socket.write([`GET ${path} HTTP/1.1`, 'host: a', ...authorization, '', ''].join('\r\n'))
  return { socket, ended }
}

void t.test('unread downloads leave room for others, by token and by link', async (t) => {
  const [greedy, victim] = [await person('greedy'), await person('victim')]
  const tenantOf = ({ path }: Person) => path.split('/')[3] ?? ''
  const large = await uploaded(greedy.user, tenantOf(greedy), randomBytes(30_000_000))
  const small = await uploaded(victim.user, tenantOf(victim), 'small')
  const link = await greedy.user.get<{ url: string }>(`${greedy.path}/${large.id}/download?redirect=false`)
  const { pathname, search } = new URL(link.body.data.url)
  const readers = await Promise.all(
    Array.from({ length: 6 }, (_, n) =>
      n % 2 === 0
        ? ask(url, `${greedy.path}/${large.id}/content`, greedy.user.token)
        : ask(url, pathname + search)
    )
  )
  const own = await victim.user.get<{ url: string }>(`${victim.path}/${small.id}/download?redirect=false`)
  // From a different address than the greedy readers.
  const fetched = httpRequest(own.body.data.url, { localAddress: '127.0.0.9', agent: false }).end()
  const [response] = (await once(fetched, 'response')) as [IncomingMessage]
  t.equal(await text(response), 'small')
  const content = await fetch(`${url}${victim.path}/${small.id}/content`, {
    headers: { authorization: `Bearer ${String(victim.user.token)}` }
  })
  t.equal(await content.text(), 'small')
  for (const { socket } of readers) socket.destroy()
})

void t.test('health is reported while every connection to the stores is in use', async (t) => {
  const front = await startS3Front(await startFauxqsServer())
  t.teardown(() => front.stop())
  const { options } = front
  const credentials = options.credentials as { accessKeyId: string; secretAccessKey: string }
  const api = await startApi(
    t,
    configWith({
      STORAGE_DRIVER: 's3',
      S3_ENDPOINT: String(options.endpoint),
      S3_BUCKET: options.bucket,
      S3_ACCESS_KEY_ID: credentials.accessKeyId,
      S3_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      DATABASE_POOL_SIZE: '2',
      DOWNLOAD_CONCURRENCY: '2'
    })
  )
  const { user, path } = await person('reader')
  const reader = new Client(api.url, user.token)
  const tenant = path.split('/')[3] ?? ''
  const document = await uploaded(reader, tenant, 'read me')
  front.fault = ({ method }) => (method === 'GET' ? 'hang' : undefined)
  const reads = await Promise.all(
    Array.from({ length: 4 }, () => ask(api.url, `${path}/${document.id}/content`, user.token))
  )
  await until(async () => front.seen.filter(({ method }) => method === 'GET').length > 0)
  t.equal((await reader.upload(tenant, 'written meanwhile')).status, 201)

  const locked = await sql.reserve()
  await locked`begin`
  await locked`lock table users in access exclusive mode`
  const queries = Array.from({ length: 6 }, () => reader.get('/api/users/me'))
  await until(async () => {
    const metrics = await (await fetch(`${api.url}/metrics`)).text()
    return /^strongroom_database_waiting_queries.* [1-9]\d*$/m.test(metrics)
  })
  // Repeated, since a busy machine may not check the stores in time.
  await until(async () => {
    const asked = front.seen.length
    const start = performance.now()
    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(`${api.url}/health/ready`)))
    // Checks run one at a time, with a pause of 50 ms after each (src/http/health.ts).
    const most = 2 + (performance.now() - start) / 50
    t.ok(front.seen.length - asked <= most, 'concurrent requests share one check')
    return answers.every(({ status }) => status === 200)
  })
  await locked`rollback`
  locked.release()
  t.same(new Set((await Promise.all(queries)).map(({ status }) => status)), new Set([200]))
  for (const { socket } of reads) socket.destroy()
})
