import t from 'tap'
import { duel } from './last-admin.js'

void t.test('two admins, one a service, remove each other', (t) => duel(t, 12))
