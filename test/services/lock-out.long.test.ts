import t from 'tap'
import { simulate } from './lock-out-simulation.js'

void t.test('seven days of guesses from a thousand addresses do not lock out the owner', (t) =>
  simulate(t, { days: 7, guesses: 20 })
)
