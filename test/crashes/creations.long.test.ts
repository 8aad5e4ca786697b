import t from 'tap'
import { crashCreations } from './creation-crashes.js'

void t.test('killed 50 times while creating tenants', (t) => crashCreations(t, { kills: 50, seed: 17 }))

void t.test('the same that creates them on another server', (t) =>
  crashCreations(t, { kills: 50, seed: 18, remote: true })
)
