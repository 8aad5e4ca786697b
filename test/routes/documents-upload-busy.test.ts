import { request as httpRequest, type ClientRequest } from 'node:http'
import t from 'tap'
import { refused } from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { startUploads } from './uploads.js'

const { admin, url, path, app, post, leavesNothing } = await startUploads(t, { UPLOAD_CONCURRENCY: '1' })

/** An upload that has begun and not ended. */
function begin(): { request: ClientRequest; status: Promise<number> } {
  const headers = { authorization: `Bearer ${String(admin.token)}`, 'content-length': 6 }
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

void t.test('uploads wait in a line of ten, then 503', async (t) => {
  let requests = 0
  app.server.on('request', () => (requests += 1))
  const uploads = Array.from({ length: 11 }, begin)
  await until(async () => requests === 11)
  await leavesNothing(t, 'refused', async () => {
    // Whoever came first may not be in line yet.
    let answer = await post('x', {}, '?filename=b')
    while (answer.status !== 503) answer = await post('x', {}, '?filename=b')
    refused(t, answer, 'UPLOADS_BUSY')
    t.equal(answer.headers.get('retry-after'), '30')
  })
  for (const { request } of uploads) request.end('owly')
  t.same(new Set(await Promise.all(uploads.map(({ status }) => status))), new Set([201]))
  t.equal((await post('x', {}, '?filename=b')).status, 201)
})
