import { request as httpRequest, type ClientRequest } from 'node:http'
import { promisify } from 'node:util'
import t from 'tap'
import { refused } from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { startUploads } from './uploads.js'

const { admin, url, path, app, post, leavesNothing } = await startUploads(t, { UPLOAD_CONCURRENCY: '1' })

/** Begins an upload of undeclared length and does not end it. */
function begin(type = 'text/plain'): { request: ClientRequest; status: Promise<number> } {
  const headers = {
    authorization: `Bearer ${String(admin.token)}`,
    'content-type': type
  }
  const request = httpRequest(`${url}${path}?filename=a`, { method: 'POST', headers })
  const status = new Promise<number>((resolve) =>
    request.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
  )
  request.on('error', () => undefined)
  request.write('sl')
  return { request, status }
}

void t.test('up to ten uploads wait in line; further ones get a 503', async (t) => {
  const uploads = Array.from({ length: 11 }, () => begin())
  // Wait for all of them: the next upload could otherwise take the last place in line.
  await until(async () => {
    const { running, waiting } = await inFlight()
    return running === 1 && waiting === 10
  })
  await leavesNothing(t, 'refused', async () => {
    const answer = await post('x', {}, '?filename=b')
    refused(t, answer, 'UPLOADS_BUSY')
    t.equal(answer.headers.get('retry-after'), '30')
  })
  for (const { request } of uploads) request.end('owly')
  t.same(new Set(await Promise.all(uploads.map(({ status }) => status))), new Set([201]))
  t.equal((await post('x', {}, '?filename=b')).status, 201)
})

/** The process's counts of running and waiting uploads. */
async function inFlight(): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const lines = text.matchAll(/^strongroom_uploads_in_flight\{.*state="(\w+)".*\} (\d+)$/gm)
  return Object.fromEntries([...lines].map(([, state = '', count]) => [state, Number(count)] as const))
}

const connections = () => promisify(app.server.getConnections.bind(app.server))()

void t.test('clients that disconnect in line release everything', async (t) => {
  const first = begin()
  await until(async () => (await inFlight())['running'] === 1)
  const others = ['multipart/form-data; boundary=x', 'text/plain'].map((type) => begin(type))
  await until(async () => (await inFlight())['waiting'] === 2)
  const open = await connections()
  for (const { request } of others) request.destroy()
  await until(async () => (await connections()) <= open - others.length)
  first.request.end('owly')
  t.equal(await first.status, 201)
  await until(async () => (await inFlight())['running'] === 0)
  t.equal((await post('x', {}, '?filename=b')).status, 201)
})
