import t from 'tap'
import { raceRefreshes } from './refresh-races.js'

void t.test('concurrent refreshes of one token agree on one successor', (t) => raceRefreshes(t, 8))
