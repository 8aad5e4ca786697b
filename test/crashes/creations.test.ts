import t from 'tap'
import { crashCreations } from './creation-crashes.js'

void t.test('a process killed in the midst of creating tenants leaves them whole or not at all', (t) =>
  crashCreations(t, { kills: 2, seed: 3 })
)
