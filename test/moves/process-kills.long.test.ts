// Needs a process of its own: it runs for a long time.
import t from 'tap'
import { onEachStorage } from '../resumable/storages.js'
import { killProcesses } from './process-kills.js'
import { startSecondServer } from './second-server.js'

t.setTimeout(7_200_000)
const second = await startSecondServer(t)
for (const strategies of [
  ['database', 'database'],
  ['database', 'schema'],
  ['schema', 'schema']
] as const)
  await t.test(`processes are killed during twenty moves, ${strategies.join(' to ')} and back`, (t) =>
    onEachStorage(t, (t, settings) =>
      killProcesses(t, { strategies, secondServer: second.url(), moves: 20, seed: 22 }, settings)
    )
  )
