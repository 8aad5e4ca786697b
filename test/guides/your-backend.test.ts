import { readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { installPackage, run } from '../client/package.js'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const GUIDE = 'docs/guides/your-backend.md'

// Installs and compiles packages, which takes long on a busy machine.
const { config, environment } = await createInstallation(t)
const { url } = await startApi(t, config)
const project = await installPackage(t)

const blockOf = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(readFileSync(GUIDE, 'utf8'))?.[1] ?? ''

void t.test('a backend works as the guide shows', async (t) => {
  const command = blockOf('sh')
  t.match(command, /^npm run --silent service-accounts -- create /)
  // What npm runs, without the build, which is done already.
  const script = `node ${resolve('dist/scripts/service-accounts.js')} create `
  const built = command.replace('npm run --silent service-accounts -- create ', script)
  await run('bash', ['-euo', 'pipefail', '-c', built], {
    cwd: project,
    env: { PATH: process.env['PATH'], ...environment }
  })
  t.match(readFileSync(join(project, 'key.txt'), 'utf8'), /^srk_\w{72}\n$/)

  writeFileSync(join(project, 'backend.ts'), blockOf('js').replaceAll('http://127.0.0.1:4999', url))
  const compilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ module: 'nodenext', target: 'es2022', types: ['node'], typeRoots: [resolve('node_modules/@types')] },
    lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable']
  }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['backend.ts'] }))
  await run(process.execPath, [realpathSync('node_modules/typescript/bin/tsc')], { cwd: project }).catch(
    (error: unknown) => t.fail((error as { stdout: string }).stdout)
  )
  const { stdout } = await run(process.execPath, ['backend.js'], { cwd: project })
  const lines = stdout.trim().split('\n')
  // No worker runs here that would write audit entries.
  t.same(lines, [
    'Total: 42',
    'Total: 42',
    'invoice.txt user-42',
    '[]',
    'DOCUMENT_NOT_FOUND',
    'This key lacks the scope members; use one that has it'
  ])
})
