import t from 'tap'
import { crashUploads } from './upload-crashes.js'

void t.test('a process is killed 50 times during uploads', (t) => crashUploads(t, { kills: 50, seed: 11 }))
