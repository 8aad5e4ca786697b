import { appendFileSync } from 'node:fs'
import t from 'tap'

// So that a test sees which process ran it.
appendFileSync(process.env['SEEN'] ?? '', `${process.pid} ${process.env['TEST_TENANCY_STRATEGY'] ?? '-'}\n`)
t.teardown(() => appendFileSync(process.env['SEEN'] ?? '', 'teardown\n'))

void t.test('passes', async (t) => t.pass())
