import t from 'tap'
import { fuzzNames } from './fuzzed-names.js'

void t.test('150 fuzzed names come back unchanged, or made harmless in downloads', (t) =>
  fuzzNames(t, { count: 150, seed: 3 })
)
