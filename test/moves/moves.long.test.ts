// Needs a process of its own: it copies a million rows, and prints how long writers waited.
import t from 'tap'
import type { Strategies } from './servers.js'
import { moveUnderLoad } from './tenant-moves.js'

t.setTimeout(7_200_000)
const PAIRS: Strategies[] = [
  ['database', 'database'],
  ['database', 'schema'],
  ['schema', 'schema']
]
// About a hundred writes a second.
const load = { clients: 5, pauseMs: 40, apart: true, say: (line: string) => console.error(line) }
for (const strategies of PAIRS)
  void t.test(`10,000 documents are moved under load, ${strategies.join(' to ')}`, (t) =>
    moveUnderLoad(t, { ...load, strategies, documents: 10_000, moves: 4, seed: 11 })
  )
void t.test('100,000 documents are moved under load', (t) =>
  moveUnderLoad(t, { ...load, strategies: ['database', 'database'], documents: 100_000, moves: 2, seed: 12 })
)
void t.test('1,000,000 documents are moved under load', (t) =>
  moveUnderLoad(t, { ...load, strategies: ['database', 'schema'], documents: 1_000_000, moves: 1, seed: 13 })
)
