import { createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { freePort } from '../../scripts/embedded/ports.js'
import { checkPort } from '../../scripts/start/port-check.js'

void t.test('a taken port is named together with the setting that changes it', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  await t.rejects(checkPort('PORT', '127.0.0.1', port), {
    message: `Port ${port} on 127.0.0.1 is taken; stop the other program or set PORT to another.`
  })
})

void t.test('an address of another machine is refused', async (t) => {
  await t.rejects(
    checkPort('PORT', '192.0.2.1', await freePort()),
    /HOST=192\.0\.2\.1 is not an address of this machine/
  )
})

void t.test('a free port is left free', async (t) => {
  const port = await freePort()
  await t.resolves(checkPort('PORT', '127.0.0.1', port))
  await t.resolves(checkPort('PORT', '127.0.0.1', port))
})
