import t from 'tap'
import { crashCreations } from './creation-crashes.js'

void t.test('a process is killed 50 times while it creates tenants', (t) =>
  crashCreations(t, { kills: 50, seed: 17 })
)

void t.test('a process is killed while it creates tenants on another server', (t) =>
  crashCreations(t, { kills: 50, seed: 18, remote: true })
)
