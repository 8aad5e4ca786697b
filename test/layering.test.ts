import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import t from 'tap'

/** The imports of a source file: paths from the top of the project for our own, package names for others. */
function importsOf(file: string): { target: string; typeOnly: boolean }[] {
  const text = readFileSync(file, 'utf8')
  const found = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)
  const dynamic = text.matchAll(/import\(\s*['"]([^'"]+)['"]\s*\)/g)
  const resolve = (target: string) =>
    target.startsWith('.') ? normalize(join(dirname(file), target)).replace(/\.js$/, '.ts') : target
  return [
    ...[...found].map(([, type, target = '']) => ({ target: resolve(target), typeOnly: type !== undefined })),
    ...[...dynamic].map(([, target = '']) => ({ target: resolve(target), typeOnly: false }))
  ]
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))

/** The imports of a folder's files that a rule forbids. */
function offences(
  folder: string,
  forbidden: (target: string, typeOnly: boolean, file: string) => boolean
): string[] {
  return filesIn(folder).flatMap((file) =>
    importsOf(file)
      .filter(({ target, typeOnly }) => forbidden(target, typeOnly, file))
      .map(({ target }) => `${file} imports ${target}`)
  )
}

const FASTIFY = /^(fastify($|-)|@fastify\/)/
const DRIVERS = /^(postgres|drizzle-orm|node-rdkafka|@aws-sdk)($|\/)/

t.test('routes reach the application through services only', async (t) => {
  t.same(
    offences('src/routes', (target) => /^db\//.test(target) || DRIVERS.test(target)),
    []
  )
  const plugins = offences('src/routes', (target) => /^plugins\//.test(target))
  t.same(plugins, ['src/routes/auth/refresh.ts imports plugins/auth/bearer-token.ts'])
})

t.test('services know neither Fastify nor Drizzle nor any driver', async (t) => {
  t.same(
    offences(
      'src/services',
      (target) => FASTIFY.test(target) || DRIVERS.test(target) || /^src\/routes\//.test(target)
    ),
    []
  )
})

t.test(
  'services take repositories and adapters as types, and get them from the composition root',
  async (t) => {
    const constants = ['MAX_PASSWORD_BYTES', 'COUNT_CAP', 'tenantDatabaseName']
    const text = (file: string) => readFileSync(file, 'utf8')
    const values = filesIn('src/services').flatMap((file) =>
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

t.test('repositories know nothing of HTTP, plugins and the application', async (t) => {
  t.same(
    offences('db', (target) => FASTIFY.test(target) || /^(src|plugins|workers)\//.test(target)),
    []
  )
})

t.test('plugins know no routes, and services only where they are composed', async (t) => {
  t.same(
    offences('plugins', (target) => /^(src\/routes|workers)\//.test(target)),
    []
  )
  t.same(
    offences(
      'plugins',
      (target, _typeOnly, file) => /^src\/services\//.test(target) && file !== 'plugins/services.ts'
    ),
    []
  )
})

t.test('event handlers work through services, like routes', async (t) => {
  t.same(
    offences(
      'workers/handlers',
      (target, typeOnly) => DRIVERS.test(target) || (/^(db|plugins)\//.test(target) && !typeOnly)
    ),
    []
  )
})

t.test('only src/config.ts reads the environment', async (t) => {
  const readers = ['src', 'plugins', 'db', 'workers']
    .flatMap(filesIn)
    .filter((file) => readFileSync(file, 'utf8').includes('process.env'))
  t.same(readers, ['src/config.ts'])
})

t.test('every connection to PostgreSQL is made where TLS is understood', async (t) => {
  const makers = ['src', 'plugins', 'db', 'workers', 'scripts'].flatMap((folder) =>
    offences(folder, (target, typeOnly) => target === 'postgres' && !typeOnly)
  )
  t.same(makers, ['db/connect.ts imports postgres'])
})
