import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { program } from '../../scripts/program.js'
import { requireTools } from '../../scripts/real/tools.js'
import { findTool } from '../helpers/tools.js'
import { temporaryDataDir } from './temporary-folder.js'

/** Test files that need a program besides Node. */
const FILES = [
  'test/tenancy/pgbouncer.test',
  'test/browser/docs.test',
  'test/db/tls.test',
  'test/messaging/security.test',
  'test/guides/walk-with-curl.test',
  'test/docker/nginx.test',
  'test/storage/s3-account.test'
]

function run(path: string, args: string[]) {
  return new Promise<{ code: number; output: string; errors: string }>((resolve) => {
    // Services that do not exist: a file must look for its tool before it uses them.
    const services = { TEST_DATABASE_URL: 'postgres://127.0.0.1:1/x', TEST_KAFKA_BROKERS: '127.0.0.1:1' }
    execFile(process.execPath, args, { env: { PATH: path, ...services } }, (error, output, errors) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output, errors })
    )
  })
}

void t.test('a program is found only if it can be run', async (t) => {
  const folder = temporaryDataDir(t)
  const [there, text] = [join(folder, 'there'), join(folder, 'text')]
  mkdirSync(join(folder, 'other'))
  writeFileSync(there, '')
  chmodSync(there, 0o755)
  writeFileSync(text, '', { mode: 0o644 })
  const path = `${join(folder, 'other')}:${folder}`
  t.equal(findTool(['missing', 'there'], path), there)
  t.equal(findTool(['text'], path), undefined)
  t.equal(findTool(['there'], ''), undefined)
})

void t.test('without its program a test file is skipped, and says what is missing', async (t) => {
  const empty = temporaryDataDir(t)
  await Promise.all(
    FILES.map(async (file) => {
      const { code, output, errors } = await run(empty, program(file))
      t.match(output, /^1\.\.0 # \S+ is not installed$/m, file)
      t.equal(code, 0, file)
      t.equal(errors, '', file)
    })
  )
})

void t.test('a program that is too old counts as missing', async (t) => {
  const folder = temporaryDataDir(t)
  const required = async (prints: string) => {
    const command = join(folder, 'java')
    writeFileSync(command, `#!/bin/sh\necho '${prints}' >&2\n`, { mode: 0o755 })
    await requireTools([{ command, version: '-version', atLeast: 17 }])
  }
  await required('openjdk version "17.0.15" 2025-04-15')
  await required('Picked up JAVA_TOOL_OPTIONS: -Xmx8m\nopenjdk version "21" 2023-09-19')
  for (const prints of ['openjdk version "11.0.27" 2025-04-15', 'java version "1.8.0_451"', 'none'])
    await t.rejects(required(prints), { name: 'MissingToolError', message: /java 17 or later cannot be run/ })
})

void t.test('a client generator whose tools are missing is skipped with a warning', async (t) => {
  const empty = temporaryDataDir(t)
  const names = ['openapi-python-client', 'oapi-codegen', 'openapi-generator-java']
  const { code, output, errors } = await run(empty, [...program('scripts/generators'), ...names])
  t.equal(code, 77)
  t.same(
    output.trim().split('\n'),
    names.map((name) => `- skipped: ${name}`)
  )
  for (const [name, tool] of [
    ['openapi-python-client', 'python3'],
    ['openapi-generator-java', 'java'],
    ['oapi-codegen', 'go']
  ] as const)
    t.match(errors, new RegExp(`^!!! openapi.yaml IS NOT TESTED WITH ${name}: ${tool}`, 'm'))
  t.equal((await run(empty, [...program('scripts/generators'), 'nothing'])).code, 2)
})
