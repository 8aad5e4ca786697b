import t from 'tap'
import { migrateUnderLoad } from './migration-under-load.js'

t.test(
  'a tenant with 1,000,000 documents is in use while it is migrated, by a migrator that is killed three times',
  async (t) => {
    const latencies = await migrateUnderLoad(t, { documents: 1_000_000, writers: 4, readers: 2, pause: 5 })
    for (const [kind, { statements, p50, p99, max }] of Object.entries(latencies))
      console.error(`${statements} ${kind}: p50 ${p50} ms, p99 ${p99} ms, longest ${max} ms`)
  }
)
