// Moves tenants between servers while they are in use.
import t from 'tap'
import { moveUnderLoad } from './tenant-moves.js'

const options = { documents: 300, moves: 2, clients: 2, pauseMs: 10, seed: 1 }
void t.test('a tenant in use is moved from a database to a schema, and back', (t) =>
  moveUnderLoad(t, { ...options, strategies: ['database', 'schema'] })
)
