// A process that moves a tenant is killed at every step.
import t from 'tap'
import { killMovers } from './tenant-moves.js'
import { STEPS } from './steps.js'

t.setTimeout(600_000)
void t.test('at each step', (t) =>
  killMovers(t, {
    ...{ strategies: ['database', 'schema'], documents: 200, moves: 0, clients: 2, pauseMs: 20, seed: 2 },
    ...{ steps: STEPS, kills: 1, longestMs: 0 }
  })
)
