import { readFileSync } from 'node:fs'
import madge from 'madge'
import t from 'tap'
import ts from 'typescript'
import { importsOf, isIn, sourcesIn, type Import } from './helpers/imports.js'

/** The folders that each folder's files may import. The most specific folder of a file applies. */
const MAY_IMPORT: Record<string, string[]> = {
  core: ['core'],
  db: ['core', 'db'],
  plugins: ['core', 'db', 'plugins'],
  'src/routes': ['core', 'src/routes', 'src/schemas', 'src/http', 'src/services'],
  'src/services': ['core', 'db', 'plugins', 'src/services', 'src/schemas'],
  'src/schemas': ['core', 'src/schemas'],
  'src/http': ['core', 'db', 'plugins', 'src/http', 'src/schemas', 'src/cluster'],
  'src/cluster': ['core', 'src/cluster'],
  src: ['core', 'db', 'plugins', 'src'],
  workers: ['core', 'db', 'plugins', 'src', 'workers'],
  client: ['client'],
  scripts: ['core', 'db', 'plugins', 'src', 'workers', 'client', 'scripts', 'bench'],
  bench: ['core', 'db', 'plugins', 'src', 'workers', 'client', 'scripts', 'bench']
}
const FOLDERS = Object.keys(MAY_IMPORT).filter((folder) => !folder.includes('/'))

/** Packages that a folder must not use. */
const MAY_NOT_USE: Record<string, RegExp> = {
  core: /^(fastify($|-)|@fastify\/|postgres$|drizzle-orm|node-rdkafka|@aws-sdk)/,
  db: /^(fastify($|-)|@fastify\/|node-rdkafka|@aws-sdk)/,
  // Published as a package, and used in browsers too.
  client: /^(?!openapi-fetch$|eventsource-parser$|client\/)/,
  'src/routes': /^(postgres|drizzle-orm|node-rdkafka|@aws-sdk)($|\/)/,
  'src/services': /^(fastify($|-)|@fastify\/|(postgres|drizzle-orm|node-rdkafka|@aws-sdk)($|\/))/,
  'workers/handlers': /^(postgres|drizzle-orm|node-rdkafka|@aws-sdk)($|\/)/
}

const told = ({ file, target }: Import) => `${file} imports ${target}`
const imports = FOLDERS.flatMap(sourcesIn).flatMap(importsOf)
const inFolder = (folder: string) => imports.filter(({ file }) => isIn(file, folder))

t.test('every folder imports only what it may', async (t) => {
  const folderOf = (file: string) =>
    Object.keys(MAY_IMPORT)
      .filter((folder) => isIn(file, folder))
      .reduce((longest, folder) => (folder.length > longest.length ? folder : longest), '')
  const ours = imports.filter(({ target }) => FOLDERS.some((folder) => isIn(target, folder)))
  const rising = ours.filter(
    ({ file, target }) => !MAY_IMPORT[folderOf(file)]?.some((allowed) => isIn(target, allowed))
  )
  t.ok(ours.length > 500, `${ours.length} imports were checked`)
  t.same(rising.map(told), [])
})

t.test('no folder uses packages it should not', async (t) => {
  for (const [folder, packages] of Object.entries(MAY_NOT_USE))
    t.same(
      inFolder(folder)
        .filter(({ target }) => packages.test(target))
        .map(told),
      [],
      folder
    )
})

t.test('there are no import cycles', async (t) => {
  const graph = await madge(FOLDERS, { fileExtensions: ['ts'], tsConfig: 'tsconfig.json' })
  t.ok(Object.keys(graph.obj()).length > 300, 'madge found the sources')
  t.same(graph.circular(), [])
})

t.test(
  'services take repositories and adapters as types, and get them from the composition root',
  async (t) => {
    const constants = ['COUNT_CAP', 'tenantDatabaseName']
    const text = (file: string) => readFileSync(file, 'utf8')
    const values = sourcesIn('src/services').flatMap((file) =>
      [...text(file).matchAll(/^import \{([^}]*)\} from '(?:\.\.\/)+(?:db|plugins)\/[^']*'/gm)].flatMap(
        ([, names = '']) =>
          names
            .split(',')
            .map((name) => name.trim())
            .filter((name) => !name.startsWith('type ') && !constants.includes(name))
            .map((name) => `${file} imports the value ${name}`)
      )
    )
    t.same(values, [])
  }
)

t.test('services and workers reach the storage of only one tenant at a time', async (t) => {
  const drivers = /\bObjectStorage\b|<DiskStorage>|plugins\/storage\/(s3|disk|create-storage)\.js/
  const using = ['src/services', 'workers'].flatMap(sourcesIn)
  t.same(
    [...using, 'src/compose.ts'].filter((file) => drivers.test(readFileSync(file, 'utf8'))),
    []
  )
})

t.test('event handlers use services, as routes do', async (t) => {
  const values = inFolder('workers/handlers').filter(({ typeOnly }) => !typeOnly)
  t.same(values.filter(({ target }) => isIn(target, 'db') || isIn(target, 'plugins')).map(told), [])
})

t.test('a worker loads no log-in code', async (t) => {
  const loaded = new Set(['workers/main.ts'])
  for (const file of loaded)
    for (const { target, typeOnly } of imports.filter((each) => each.file === file))
      if (!typeOnly && FOLDERS.some((folder) => isIn(target, folder))) loaded.add(target)
  t.ok(loaded.has('src/services/files/file-verification.ts') && loaded.size > 100, `${loaded.size} files`)
  const auth = [...loaded].filter((file) =>
    /^(plugins|src\/services)\/(auth|access|users|members)\//.test(file)
  )
  // The bearer token of /metrics belongs to no account.
  t.same(
    auth.filter((file) => !file.endsWith('/bearer-token.ts')),
    []
  )
})

t.test('only core/config reads the environment', async (t) => {
  const readers = ['core', 'src', 'plugins', 'db', 'workers']
    .flatMap(sourcesIn)
    .filter((file) => readFileSync(file, 'utf8').includes('process.env'))
  t.same(readers, ['core/config/config.ts'])
})

t.test('plugins hold resources, and no SQL', async (t) => {
  /** Statements: tagged templates (the tag is a connection), and text passed to `unsafe`. */
  function statementsIn(file: string): string[] {
    const found: string[] = []
    const visit = (node: ts.Node) => {
      if (ts.isTaggedTemplateExpression(node)) found.push(`${file}: ${node.getText()}`)
      if (ts.isPropertyAccessExpression(node) && node.name.text === 'unsafe') found.push(`${file}: .unsafe`)
      ts.forEachChild(node, visit)
    }
    visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true))
    return found
  }
  t.same(sourcesIn('plugins').flatMap(statementsIn), [])
  t.ok(statementsIn('db/server/databases.ts').length > 5, 'statements are found where there are some')
  const writing = ['db/quote.ts', 'db/statement.ts', 'drizzle-orm']
  t.same(
    inFolder('plugins')
      .filter(({ target }) => writing.includes(target))
      .map(told),
    []
  )
})

t.test('only db/connect.ts, which handles TLS, connects to PostgreSQL', async (t) => {
  // The benchmarks' baselines connect on their own: we compare ourselves with them.
  const makers = imports.filter(
    ({ file, target, typeOnly }) => target === 'postgres' && !typeOnly && !isIn(file, 'bench')
  )
  t.same(makers.map(told), ['db/connect.ts imports postgres'])
})

t.test(
  'services and workers reach tenants through the router, and use places only to manage whole places',
  async (t) => {
    const folders = ['src', 'workers']
    const given = folders
      .flatMap(sourcesIn)
      .filter((file) => readFileSync(file, 'utf8').includes("resource(app, 'places')"))
    const typed = folders
      .flatMap(inFolder)
      .filter(({ target }) => /tenancy\/(place-adapter|places)\.ts$/.test(target))
      .map(({ file }) => file)
    t.same([...new Set([...given, ...typed])].sort(), [
      'src/compose.ts',
      'src/http/health.ts',
      'src/services/archives/import-tenant.ts',
      'src/services/tenants/server-choice.ts',
      'src/services/tenants/settle-move.ts',
      'src/services/tenants/tenant-completion.ts',
      'src/services/tenants/tenant-creation.ts',
      'src/services/tenants/tenant-purge.ts',
      'workers/app.ts',
      'workers/compose.ts',
      'workers/handlers/handler.ts',
      'workers/index-builder.ts',
      'workers/sweeper.ts'
    ])
  }
)
