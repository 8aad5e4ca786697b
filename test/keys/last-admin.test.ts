import t from 'tap'
import { duel } from './last-admin.js'

void t.test('of two admins who remove each other, the person stays and the service goes', (t) => duel(t, 12))
