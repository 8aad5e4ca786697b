import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { head, openConnection, outcomes } from '../helpers/connection.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

const TIMEOUT_MS = 1_000
/** Milliseconds that requests have for their clean-up once they are cut off (src/http/shutdown.ts). */
const CUT_MS = 3_000

const { configWith, tenantSql } = await createInstallation(t)

async function start(settings: Record<string, string>) {
  const config = configWith(settings)
  const { app, url } = await startApi(t, config)
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const documents = `/api/tenants/${tenant.id}/documents`
  const token = `authorization: Bearer ${ada.token}`
  return { app, url, ada, tenant, documents, token, config }
}

void t.test('running requests finish, new ones are refused, and readiness is 503', async (t) => {
  const { app, url, documents, token } = await start({ SHUTDOWN_DRAIN: '0', SHUTDOWN_TIMEOUT: '60' })
  const upload = await openConnection(
    url,
    head(`POST ${documents}?filename=a`, token, 'content-length: 6', 'expect: 100-continue')
  )
  await upload.hears(/100 Continue/)
  const kept = await openConnection(url, head('GET /api/users/me', token))
  await kept.hears(/"success":true/)
  let stopped = false
  const stopping = app.stop().then(() => (stopped = true))
  t.equal(
    (await fetch(`${url}/health/ready`)).status,
    503,
    'readiness fails at once, while the server still listens'
  )
  t.equal((await fetch(`${url}/health/live`)).status, 200)
  await until(async () => (await fetch(`${url}/`)).status === 503)
  kept.socket.write(head('GET /api/users/me', token))
  const refusal = await kept.ends()
  t.same(outcomes(refusal), ['200', '503 SHUTTING_DOWN'])
  t.match(refusal, /connection: close\r\n[^]*$/i)
  t.notOk(stopped)
  upload.socket.write('abcdef')
  t.same(outcomes(await upload.ends()), ['100', '201'])
  await stopping
  await t.rejects(fetch(`${url}/health/live`), 'the server no longer listens')
})

void t.test('while it drains, the process serves requests although it is not ready', async (t) => {
  for (let drain = 6; ; drain *= 2) {
    const { app, url, ada } = await start({ SHUTDOWN_DRAIN: String(drain), SHUTDOWN_TIMEOUT: '60' })
    const begin = performance.now()
    const stopping = app.stop()
    const ready = await fetch(`${url}/health/ready`).catch(() => undefined)
    const answer = await ada.get('/api/users/me').catch(() => undefined)
    const took = performance.now() - begin
    await stopping
    // A slow machine needs more time for the two requests.
    if (took > (drain - 1) * 1000) continue
    t.equal(ready?.status, 503)
    t.equal(answer?.status, 200)
    t.equal(answer?.headers.get('connection'), 'close', 'the next request has to open a connection elsewhere')
    return
  }
})

void t.test('requests that take too long are cut off and leave nothing', async (t) => {
  const { app, url, ada, tenant, documents, token, config } = await start({
    SHUTDOWN_DRAIN: '0',
    SHUTDOWN_TIMEOUT: String(TIMEOUT_MS / 1000)
  })
  const large = await uploaded(ada, tenant.id, Buffer.alloc(30_000_000))
  const download = await openConnection(url, head(`GET ${documents}/${large.id}/content`, token))
  await download.hears(/200 OK/)
  download.socket.pause()
  const upload = await openConnection(
    url,
    head(`POST ${documents}?filename=a`, token, 'content-length: 9000000'),
    Buffer.alloc(8_000_000)
  )
  const temporary = join(config.dataDir, 'objects', '.tmp')
  const sql = tenantSql(tenant.database_name)
  const reserved = async () => (await sql`select 1 from pending_objects where state = 'upload'`).length
  await until(async () => (await reserved()) === 1)
  const begin = performance.now()
  await app.stop()
  const took = performance.now() - begin
  t.equal(await upload.ends(), '')
  download.socket.resume()
  t.ok((await download.ends()).length < 30_000_000, 'the download is cut off too')
  // If the process is too slow for its clean-up, the sweeper does the rest.
  if (took < TIMEOUT_MS + CUT_MS) {
    t.equal(await reserved(), 0, 'cleaned up before the databases were closed')
    t.same(await readdir(temporary), [])
  }
  t.same(await sql`select 1 from documents where filename = 'a'`, [])
})
