import t from 'tap'
import { fuzzForms } from './fuzzed-forms.js'

void t.test('3,000 fuzzed forms are read as written', (t) => fuzzForms(t, { count: 3_000, seed: 2 }))
