import { readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import t from 'tap'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { blocksOf } from '../guides/blocks.js'
import { installPackage, run } from './package.js'

const GUIDE = 'docs/guides/client.md'

// Installs and compiles packages, which takes long on a busy machine.
const { config } = await createInstallation(t)
const { url } = await startApi(t, config)
const project = await installPackage(t)
const [example = ''] = blocksOf(GUIDE, 'ts', url)
writeFileSync(join(project, 'example.ts'), example)

t.test('the archive contains the code, its types, the licence and the README', async (t) => {
  const installed = join(project, 'node_modules', '@strongroom', 'client')
  t.same(readdirSync(installed).sort(), ['LICENSE', 'README.md', 'dist', 'package.json'])
  const names = readdirSync(join(installed, 'dist'))
  t.ok(names.includes('index.js') && names.includes('index.d.ts'))
  t.same(
    names.filter((name) => !/\.(js|d\.ts)$/.test(name)),
    []
  )
  const versionOf = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
  t.equal(versionOf(join(installed, 'package.json')), versionOf('package.json'))
})

t.test('the examples of the guide compile strictly and run', async (t) => {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
    types: []
  }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['example.ts'] }))
  await run(process.execPath, [realpathSync('node_modules/typescript/bin/tsc')], { cwd: project }).catch(
    (error: unknown) => t.fail((error as { stdout: string }).stdout)
  )
  const { stdout } = await run(process.execPath, ['example.js'], { cwd: project })
  t.equal(
    stdout,
    '5 of 5 bytes\nhello.txt\nhello 5\n1\n5\nDOCUMENT_NOT_FOUND 404\nundefined\n',
    'as the guide says'
  )

  const [files = '', large = ''] = blocksOf(GUIDE, 'js', url)
  writeFileSync(join(project, 'files.js'), files)
  t.equal((await run(process.execPath, ['files.js'], { cwd: project })).stdout, 'package.json\n')
  t.equal(
    readFileSync(join(project, 'copy.json'), 'utf8'),
    readFileSync(join(project, 'package.json'), 'utf8')
  )

  writeFileSync(join(project, 'large.js'), large)
  t.equal(
    (await run(process.execPath, ['large.js'], { cwd: project })).stdout,
    'package.json\nfulfilled\nfulfilled\n'
  )
})

t.test('a browser bundle needs no Node modules', async (t) => {
  const { metafile, errors, warnings } = await build({
    absWorkingDir: project,
    entryPoints: ['example.ts'],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    metafile: true,
    write: false
  })
  t.same([...errors, ...warnings], [])
  const packages = Object.keys(metafile.inputs).map(
    (path) => /node_modules\/(@\w+\/\w+|[\w-]+)/.exec(path)?.[1]
  )
  t.same([...new Set(packages)].sort(), [
    '@strongroom/client',
    'eventsource-parser',
    'openapi-fetch',
    undefined
  ])
})
