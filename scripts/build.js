/**
 * `npm run build`: compiles every TypeScript file of the project to JavaScript in dist/, in the same folders, and
 * copies the migrations beside them. Node can load the result. Types are checked separately (`npm run typecheck`).
 *
 * Only changed files are written, each atomically, so that programs running from dist/ are not disturbed. Several
 * builds may run at once, since many commands start with one.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { build } from 'esbuild'

const OUTPUT = 'dist'
const FOLDERS = ['core', 'src', 'client', 'plugins', 'db', 'workers', 'scripts', 'test', 'bench']
/** Files that are read at run time but are not TypeScript. */
const COPIED = ['.sql', '.json', '.xml']

const files = FOLDERS.filter((folder) => existsSync(folder))
  .flatMap(filesIn)
  // The built package (client/package.json).
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

/** Whether another running build is writing this partial file. */
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
