import t from 'tap'
import { moveBackAndForth } from './back-and-forth.js'

void t.test('tenants with canaries are moved back and forth', async (t) => {
  const load = { tenants: 4, movers: 2, clients: 4, moves: 6, seconds: 0 }
  t.comment(await moveBackAndForth(t, { ...load, strategies: ['schema', 'database'], seed: 5 }))
})
