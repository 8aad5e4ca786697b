import t from 'tap'
import { crashUploads } from './upload-crashes.js'

void t.test('killed 50 times during uploads', (t) => crashUploads(t, { kills: 50, seed: 11 }))
