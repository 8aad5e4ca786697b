// Needs a process of its own: it runs for a long time.
import t from 'tap'
import { moveBackAndForth } from './back-and-forth.js'
import { startSecondServer } from './second-server.js'

t.setTimeout(7_200_000)
void t.test('50 tenants are moved back and forth between two servers for ten minutes', async (t) => {
  const second = await startSecondServer(t)
  const load = { tenants: 50, movers: 3, clients: 8, moves: 50, seconds: 600 }
  const strategies = ['database', 'schema'] as const
  console.error(await moveBackAndForth(t, { ...load, strategies, secondServer: second.url(), seed: 31 }))
})
