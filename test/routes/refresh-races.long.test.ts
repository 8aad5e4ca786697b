import t from 'tap'
import { raceRefreshes } from './refresh-races.js'

void t.test('many refreshes of one token at once', (t) => raceRefreshes(t, 200))
