import t from 'tap'
import { crashUploads } from './upload-crashes.js'

void t.test('a process killed during uploads leaves rows and objects that match', (t) =>
  crashUploads(t, { kills: 2, seed: 5 })
)
