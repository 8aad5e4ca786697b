import t from 'tap'
import { balance, type Load } from '../../src/services/tenants/balance.js'

const open = (name: string, tenants: number, max_tenants: number | null = null): Load => ({
  ...{ name, tenants, max_tenants },
  state: 'open'
})

void t.test('open servers get about as many tenants each', async (t) => {
  t.same(balance([open('a', 9), open('b', 0), open('c', 3)]), [
    { from: 'a', to: 'b', tenants: 4 },
    { from: 'a', to: 'c', tenants: 1 }
  ])
  t.same(balance([open('a', 3), open('b', 2)]), [], 'a difference of one is balanced')
  t.same(balance([open('a', 5)]), [])
})

void t.test('limits are respected', async (t) => {
  t.same(balance([open('a', 10), open('b', 0, 2)]), [{ from: 'a', to: 'b', tenants: 2 }])
  t.same(
    balance([open('a', 3, 2), open('b', 3)]),
    [{ from: 'a', to: 'b', tenants: 1 }],
    'a server above its limit'
  )
})

void t.test('a draining server is emptied, a closed one is not touched', async (t) => {
  const draining: Load = { name: 'd', state: 'draining', tenants: 2, max_tenants: null }
  const closed: Load = { name: 'e', state: 'closed', tenants: 50, max_tenants: null }
  t.same(balance([draining, closed, open('a', 100)]), [{ from: 'd', to: 'a', tenants: 2 }])
  t.same(balance([draining, closed]), [], 'there is no server to move to')
})
