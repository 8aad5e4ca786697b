import t from 'tap'
import { migrateUnderLoad } from './migration-under-load.js'

t.test('a tenant is in use while it is migrated, by a migrator that is killed three times', (t) =>
  migrateUnderLoad(t, { documents: 12_000, writers: 2, readers: 1, pause: 10 })
)
