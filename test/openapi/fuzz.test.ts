import t from 'tap'
import { fuzz } from './fuzz/fuzz.js'

t.test('generated requests get answers that the description allows', (t) => fuzz(t, { stories: 12, seed: 1 }))
