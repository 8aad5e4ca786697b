/**
 * `npm run build`: every TypeScript file of the project as JavaScript in dist/, in the same folders, and the migrations
 * beside them. Node loads those by itself. Types are checked elsewhere (`npm run typecheck`).
 *
 * Only what changed is written, each file at once, so that programs that run from dist/ meanwhile go on. Several of
 * these may run at once, as the commands that begin with it do.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { build } from 'esbuild'

const OUTPUT = 'dist'
const FOLDERS = ['core', 'src', 'client', 'plugins', 'db', 'workers', 'scripts', 'test', 'bench']
/** What is read at run time and no TypeScript. */
const COPIED = ['.sql', '.json', '.xml']

const files = FOLDERS.filter((folder) => existsSync(folder))
  .flatMap(filesIn)
  // What the package is built into (client/package.json).
  .filter((file) => !file.startsWith(join('client', 'dist')))
const { outputFiles } = await build({
  entryPoints: files.filter((file) => extname(file) === '.ts'),
  outdir: OUTPUT,
  outbase: '.',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  sourcesContent: false,
  write: false
})
const built = new Map([
  ...outputFiles.map(({ path, contents }) => [path, Buffer.from(contents)]),
  ...files
    .filter((file) => COPIED.includes(extname(file)))
    .map((file) => [join(process.cwd(), OUTPUT, file), readFileSync(file)])
])
for (const [path, content] of built) write(path, content)
for (const file of existsSync(OUTPUT) ? filesIn(OUTPUT) : [])
  if (!built.has(join(process.cwd(), file)) && !isWritten(file)) rmSync(file, { force: true })

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Whether another build that still runs writes this half of a file. */
function isWritten(file) {
  const [, pid] = /\.(\d+)$/.exec(file) ?? []
  if (pid === undefined) return false
  try {
    process.kill(Number(pid), 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function write(path, content) {
  if (existsSync(path) && readFileSync(path).equals(content)) return
  mkdirSync(dirname(path), { recursive: true })
  const half = `${path}.${process.pid}`
  writeFileSync(half, content)
  renameSync(half, path)
}
