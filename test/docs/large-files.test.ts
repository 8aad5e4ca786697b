import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { installPython } from '../../scripts/real/python.js'
import { MissingToolError } from '../../scripts/real/tools.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { withoutNpm } from '../guides/run-commands.js'
import { cuttingProxy } from '../helpers/cutting-proxy.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { content, MIB, Tus } from '../resumable/tus.js'

// Installs and starts programs, which takes long on a busy machine.
const { config } = await createInstallation(t, { SWEEP_INTERVAL: '1' })
const { url } = await startApi(t, config)
await startWorker(t, config)
const ada = await signUp(url)
const tenant = await createTenant(ada)
const tus = new Tus(ada, tenant.id)
// Below the project, so that Node finds tus-js-client.
const folder = mkdtempSync(join('node_modules', '.large-files-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const guide = readFileSync('docs/guides/large-files.md', 'utf8')

/** The first code block of a language in a section. */
function blockOf(heading: string, language: string): string {
  const section = guide.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(section)?.[1] ?? ''
}

async function run(command: string, args: string[], more: Record<string, string>): Promise<string> {
  const variables = { STRONGROOM: url, TOKEN: String(ada.token), TENANT: tenant.id, ...more }
  const child = spawn(command, args, { env: { ...process.env, ...variables } })
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  if (child.exitCode !== 0) throw new Error(errors)
  return output
}

const python = await installPython(['tuspy==1.1.0'], (line) => t.comment(line)).catch((error: unknown) => {
  if (!(error instanceof MissingToolError)) throw error
  t.comment('!!! THE PYTHON EXAMPLE IS NOT TESTED: Python has no venv and pip here that could install tuspy')
  return undefined
})

const EXAMPLES = [
  { heading: 'In JavaScript', language: 'js', name: 'upload.mjs', command: process.execPath },
  { heading: 'With curl', language: 'bash', name: 'upload.sh', command: 'bash' },
  ...(python === undefined
    ? []
    : [{ heading: 'In Python', language: 'python', name: 'upload.py', command: join(python, 'python') }])
]

for (const { heading, language, name, command } of EXAMPLES)
  t.test(`${heading}, over a network that breaks`, async (t) => {
    const code = blockOf(heading, language)
    t.ok(code.includes('upload'), 'the block was found')
    const bytes = content(9 * MIB + 7)
    writeFileSync(join(folder, `${name}.bin`), bytes)
    writeFileSync(join(folder, name), code)
    const network = await cuttingProxy(t, url, 6 * MIB)
    const output = await run(command, [join(folder, name)], {
      STRONGROOM: network.url,
      FILE: join(folder, `${name}.bin`)
    })
    t.ok(network.cuts() > 0)
    const path = String(/(\/api\/tenants\/\S+)\s*$/.exec(output)?.[1])
    await until(async () => (await tus.get(path))['state'] === 'done')
    const { document_id } = await tus.get(path)
    t.ok((await tus.download(String(document_id))).equals(bytes))
  })

t.test('From a terminal', async (t) => {
  const bytes = content(MIB)
  const file = join(folder, 'terminal.bin')
  writeFileSync(file, bytes)
  const code = withoutNpm(blockOf('From a terminal', 'bash'))
  const output = await run('bash', ['-euc', code], { FILE: file, XDG_STATE_HOME: folder })
  t.ok((await tus.download(String(output.trim().split('  ')[1]))).equals(bytes))
})
