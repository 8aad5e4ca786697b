import t from 'tap'
import { fuzzForms } from './fuzzed-forms.js'

void t.test('200 fuzzed forms are read as written', (t) => fuzzForms(t, { count: 200, seed: 1 }))
