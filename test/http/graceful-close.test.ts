import { once } from 'node:events'
import { Agent, request } from 'node:http'
import t from 'tap'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { openConnection } from '../helpers/connection.js'
import { createInstallation } from '../helpers/installation.js'

t.test('a request in flight is answered, and its connection ends with the server', async (t) => {
  const { config } = await createInstallation(t)
  const { app, url } = await startApi(t, config)
  const ada = await signUp(url)
  const tenant = await createTenant(ada)

  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const upload = request(`${url}/api/tenants/${tenant.id}/documents?filename=a.txt`, {
    method: 'POST',
    agent,
    headers: { authorization: `Bearer ${String(ada.token)}`, 'content-type': 'text/plain' }
  })
  const arrived = once(app.server, 'request')
  upload.write('first half, ')
  await arrived
  const closed = app.close()
  await new Promise((resolve) => setImmediate(resolve))
  upload.end('second half')
  const [answer] = (await once(upload, 'response')) as [import('node:http').IncomingMessage]
  t.equal(answer.statusCode, 201)
  t.equal(answer.headers.connection, 'close')
  answer.resume()
  await closed
})

t.test('a connection that never sends a request does not hold up the close', async (t) => {
  const { config } = await createInstallation(t)
  const { app, url } = await startApi(t, config)
  const arrived = once(app.server, 'connection')
  const silent = await openConnection(url, '')
  await arrived
  await app.close()
  t.equal(await silent.ends(), '')
})
