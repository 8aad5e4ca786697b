import { createServer } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { onFreePorts } from '../../scripts/embedded/ports.js'
import { checkPort } from '../../scripts/start/port-check.js'

void t.test('a port in use is named with the setting that changes it', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  await t.rejects(checkPort('PORT', '127.0.0.1', port), {
    message: `Port ${port} on 127.0.0.1 is in use; stop the other program or set PORT to another port.`
  })
})

void t.test('an address of another machine is refused', async (t) => {
  await t.rejects(checkPort('PORT', '192.0.2.1', 0), /HOST=192\.0\.2\.1 is not an address of this machine/)
})

void t.test('a free port is left free', async (t) => {
  await onFreePorts(1, async ([port = 0]) => {
    await checkPort('PORT', '127.0.0.1', port)
    await checkPort('PORT', '127.0.0.1', port)
  })
  t.pass()
})

void t.test(
  'a program whose port was taken is started on another; other failures are reported',
  async (t) => {
    const tried: number[] = []
    const started = await onFreePorts(2, async ([port = 0, second = 0]) => {
      tried.push(port)
      t.not(port, second)
      if (tried.length === 1) throw new Error('could not bind: Address already in use')
      if (tried.length === 2) {
        // Another program took the port, and this one reported only that it failed.
        const other = createServer().listen(second, '127.0.0.1')
        await once(other, 'listening')
        t.teardown(() => other.close())
        throw new Error('it did not start')
      }
      return port
    })
    t.equal(tried.length, 3)
    t.equal(tried.at(-1), started)
    let starts = 0
    const failing = onFreePorts(1, async () => {
      starts++
      throw new Error('no such file')
    })
    await t.rejects(failing, { message: 'no such file' })
    t.equal(starts, 1)
  }
)
