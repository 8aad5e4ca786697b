import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const program = fileURLToPath(new URL('full-collections.js', import.meta.url))

// Without the settings, V8 13 (Node 24) collects the whole heap eight times here. Earlier versions do so only in a
// process that has run for a while, so with them this test shows no more than that the settings do no harm.
t.test('bodies that arrive do not make V8 collect the whole heap again and again', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program])
  t.match(stdout, /^\d+\n$/)
  t.ok(Number(stdout) < 3, `${stdout.trim()} full collections`)
})
