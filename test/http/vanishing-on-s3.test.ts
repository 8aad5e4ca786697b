import t from 'tap'
import { captureLog, createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { head, openConnection } from '../helpers/connection.js'
import { createInstallation } from '../helpers/installation.js'
import { startFauxqsServer } from '../helpers/s3-servers.js'
import { until } from '../helpers/until.js'

const s3 = await startFauxqsServer()
t.teardown(() => s3.stop())
const { configWith } = await createInstallation(t)
const log = captureLog()
const { url } = await startApi(
  t,
  configWith({
    STORAGE_DRIVER: 's3',
    S3_ENDPOINT: String(s3.options.endpoint),
    S3_BUCKET: s3.options.bucket,
    S3_ACCESS_KEY_ID: 'fauxqs',
    S3_SECRET_ACCESS_KEY: 'fauxqs',
    S3_FORCE_PATH_STYLE: 'true'
  }),
  log.logger
)

t.test('clients that disconnect during S3 transfers cause no server errors', async (t) => {
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const documents = `/api/tenants/${tenant.id}/documents`
  const token = `authorization: Bearer ${ada.token}`
  const large = await uploaded(ada, tenant.id, Buffer.alloc(20_000_000))
  for (let round = 0; round < 5; round++) {
    const download = await openConnection(url, head(`GET ${documents}/${large.id}/content`, token))
    await download.hears(/200 OK/)
    download.socket.resetAndDestroy()
    const upload = head(`POST ${documents}?filename=a`, token, 'content-length: 30000000')
    const sending = await openConnection(url, upload)
    await new Promise<void>((resolve) =>
      sending.socket.write(Buffer.alloc(15_000_000, round), () => resolve())
    )
    sending.socket.resetAndDestroy()
  }
  await until(async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text()
    return metrics.includes('strongroom_http_requests_in_flight 1\n')
  })
  t.same(log.alarms(), [])
  t.notMatch(await (await fetch(`${url}/metrics`)).text(), /status="500"|outcome="INTERNAL_ERROR"/)
})
