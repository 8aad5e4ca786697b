import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { PRETTY_LOGS } from '../core/logger.js'

/** What a process whose output is a pipe logs, as the launcher's children do. */
async function logged(told: string | undefined): Promise<string> {
  const logger = JSON.stringify(new URL('../core/logger.js', import.meta.url).href)
  const code = `const { createLogger } = await import(${logger}); createLogger('info', 'api').info({ port: 1 }, 'ready')`
  const env = { PATH: process.env['PATH'], ...(told !== undefined && { [PRETTY_LOGS]: told }) }
  return (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { env })).stdout
}

t.test('lines are readable where the launcher has a terminal, and JSON elsewhere', async (t) => {
  const [pretty, none, untold] = await Promise.all([logged('1'), logged('0'), logged(undefined)])
  t.match(pretty, /INFO.*api.*ready/)
  t.throws(() => void JSON.parse(pretty))
  for (const line of [none, untold]) t.match(JSON.parse(line), { name: 'api', msg: 'ready', port: 1 })
})
