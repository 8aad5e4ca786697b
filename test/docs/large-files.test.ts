import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { findTool } from '../helpers/tools.js'
import { content, MIB, Tus } from '../resumable/tus.js'

const { config } = await createInstallation(t)
const { url } = await startApi(t, config)
const ada = await signUp(url)
const tenant = await createTenant(ada)
const tus = new Tus(ada, tenant.id)
// Below the project, so that Node finds tus-js-client.
const folder = mkdtempSync(join('node_modules', '.large-files-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const guide = readFileSync('docs/guides/large-files.md', 'utf8')

/** The first block of a language in a section. */
function blockOf(heading: string, language: string): string {
  const section = guide.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(section)?.[1] ?? ''
}

async function run(command: string, args: string[], file: string): Promise<string> {
  const variables = { STRONGROOM: url, TOKEN: String(ada.token), TENANT: tenant.id, FILE: file }
  const child = spawn(command, args, { env: { ...process.env, ...variables } })
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  if (child.exitCode !== 0) throw new Error(errors)
  return output
}

const EXAMPLES = [
  { heading: 'In JavaScript', language: 'js', name: 'upload.mjs', command: process.execPath },
  { heading: 'With curl', language: 'bash', name: 'upload.sh', command: 'bash' },
  {
    heading: 'In Python',
    language: 'python',
    name: 'upload.py',
    command: process.env['TEST_PYTHON'] ?? 'python3'
  }
]

for (const { heading, language, name, command } of EXAMPLES)
  t.test(heading, async (t) => {
    const code = blockOf(heading, language)
    t.ok(code.includes('upload'), 'the block was found')
    if (language === 'python' && !(await hasTuspy(command))) {
      t.comment('!!! THE PYTHON EXAMPLE IS NOT TESTED: set TEST_PYTHON to a python3 that has tuspy')
      return
    }
    const bytes = content(9 * MIB + 7)
    writeFileSync(join(folder, `${name}.bin`), bytes)
    writeFileSync(join(folder, name), code)
    const output = await run(command, [join(folder, name)], join(folder, `${name}.bin`))
    const path = /(\/api\/tenants\/\S+)\s*$/.exec(output)?.[1]
    const { document_id } = await tus.get(String(path))
    t.ok((await tus.download(String(document_id))).equals(bytes))
  })

async function hasTuspy(python: string): Promise<boolean> {
  if (!python.includes('/') && findTool([python]) === undefined) return false
  return run(python, ['-c', 'import tusclient'], '').then(
    () => true,
    () => false
  )
}
