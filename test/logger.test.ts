import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { PRETTY_LOGS } from '../core/logger.js'

/** What a process whose output is a pipe logs, as the launcher's children do. */
async function logged(...args: string[]): Promise<string> {
  const logger = JSON.stringify(new URL('../core/logger.js', import.meta.url).href)
  const code = `const { createLogger } = await import(${logger}); createLogger('info', 'api').info({ port: 1 }, 'ready')`
  const command = ['--input-type=module', '-e', code, '--', ...args]
  return (await promisify(execFile)(process.execPath, command)).stdout
}

t.test('lines are readable where the launcher has a terminal, and JSON elsewhere', async (t) => {
  const [pretty, untold] = await Promise.all([logged(PRETTY_LOGS), logged()])
  t.match(pretty, /INFO.*api.*ready/)
  t.throws(() => void JSON.parse(pretty))
  t.match(JSON.parse(untold), { name: 'api', msg: 'ready', port: 1 })
})
