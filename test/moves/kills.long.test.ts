// Needs a process of its own: it runs for a long time.
import t from 'tap'
import { STEPS } from './steps.js'
import { killMovers } from './tenant-moves.js'

t.setTimeout(7_200_000)
for (const strategies of [
  ['database', 'database'],
  ['database', 'schema']
] as const)
  void t.test(`a mover is killed twenty times at each step, ${strategies.join(' to ')}`, (t) =>
    killMovers(t, {
      ...{ strategies, documents: 2_000, moves: 0, clients: 3, pauseMs: 300, seed: 21 },
      ...{ steps: STEPS, kills: 20, longestMs: 400, say: (line) => console.error(line) }
    })
  )
