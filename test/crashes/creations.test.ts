import t from 'tap'
import { crashCreations } from './creation-crashes.js'

void t.test('a process killed while creating tenants leaves them complete or not at all', (t) =>
  crashCreations(t, { kills: 2, seed: 3 })
)

void t.test('a process killed while creating tenants on another server does so too', (t) =>
  crashCreations(t, { kills: 2, seed: 4, remote: true })
)
