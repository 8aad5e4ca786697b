import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'

/** The log of a process whose output is a pipe. */
async function logged(format?: 'pretty' | 'json'): Promise<string> {
  const logger = JSON.stringify(new URL('../core/logger.js', import.meta.url).href)
  const code = `const { createLogger } = await import(${logger})
    createLogger('info', 'api', ${JSON.stringify(format)}).info({ port: 1 }, 'ready')`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code])
  return stdout
}

t.test('logs are human-readable on request, and JSON by default without a terminal', async (t) => {
  const [pretty, json, unasked] = await Promise.all([logged('pretty'), logged('json'), logged()])
  t.match(pretty, /INFO.*api.*ready/)
  t.throws(() => void JSON.parse(pretty))
  for (const line of [json, unasked]) t.match(JSON.parse(line), { name: 'api', msg: 'ready', port: 1 })
})
