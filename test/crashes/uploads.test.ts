import t from 'tap'
import { crashUploads } from './upload-crashes.js'

void t.test('a process killed in the midst of uploads leaves rows and objects that belong together', (t) =>
  crashUploads(t, { kills: 2, seed: 5 })
)
