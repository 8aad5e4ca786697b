import t from 'tap'
import { simulate } from './lock-out-simulation.js'

void t.test('a day of guesses from a thousand addresses does not lock out the owner', (t) =>
  simulate(t, { days: 1, guesses: 2 })
)
