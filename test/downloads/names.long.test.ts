import t from 'tap'
import { fuzzNames } from './fuzzed-names.js'

void t.test('10,000 fuzzed names come back unchanged, or made harmless in downloads', (t) =>
  fuzzNames(t, { count: 10_000, seed: 10 })
)
