import t from 'tap'
import { onEachStorage } from '../resumable/storages.js'
import { killProcesses } from './process-kills.js'

t.setTimeout(300_000)
// Requests that continue across a move while API processes and workers are killed.
await onEachStorage(t, (t, settings) =>
  killProcesses(t, { strategies: ['schema', 'schema'], moves: 2, seed: 6 }, settings)
)
