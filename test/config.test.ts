import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { ConfigError, loadConfig, NEEDED, SETTINGS } from '../core/config/config.js'
import { weaknessOf } from '../core/config/secret-strength.js'
import { settingsOfServer } from '../plugins/tenancy/server-adapters.js'

const COMPLETE = {
  DATABASE_URL: 'postgres://user:secret@db:5432/strongroom',
  KAFKA_BROKERS: 'kafka-1:9092,kafka-2:9092',
  JWT_SECRET: '5a0c8d3f9e1b72464fd3a6c0e97b1582',
  SECRETS_KEY: 'q3Jk0vY1m8XrT5bZfE2uWdC9sLhGpA7nKiOxV4yBtRo=',
  TENANT_ROLE_SECRET: 'c7f2b19ae5d06384a8e1350f9b6c42d7'
}

function problemsOf(environment: Record<string, string>): string[] {
  try {
    loadConfig(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

/** The setting that each problem starts with. */
const names = (problems: string[]) => problems.map((problem) => problem.split(' ', 1)[0])

t.test('.env.example names every setting, in the order of the code, each with an explanation', async (t) => {
  const lines = readFileSync('.env.example', 'utf8').split('\n')
  const named = lines.flatMap((line) => /^([A-Z0-9_]+)=/.exec(line)?.[1] ?? [])
  t.same(named, SETTINGS)
  const unexplained = lines.filter(
    (line, index) => /^[A-Z0-9_]+=/.test(line) && !/^(#|[A-Z0-9_]+=)/.test(lines[index - 1] ?? '')
  )
  t.same(unexplained, [])
})

t.test('a URL that cannot be parsed is refused', async (t) => {
  const settings = { ...COMPLETE, STORAGE_DRIVER: 'disk' }
  for (const name of ['PUBLIC_URL', 'ACCOUNT_URL', 'S3_ENDPOINT', 'S3_PUBLIC_ENDPOINT'])
    for (const url of ['https://example.com:99999', 'http://s3:9000:9000', 'https://[::1'])
      t.same(names(problemsOf({ ...settings, [name]: url })), [name], `${name}=${url}`)
})

t.test('.env.example shows the defaults', async (t) => {
  const given = Object.fromEntries(
    readFileSync('.env.example', 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, name, value] = /^([A-Z0-9_]+)=(.+)$/.exec(line) ?? []
        return name !== undefined && value !== undefined ? [[name, value] as const] : []
      })
  )
  t.same(loadConfig({ ...COMPLETE, ...given }), loadConfig(COMPLETE))
})

t.test('production lists everything that is missing at once', async (t) => {
  t.same(names(problemsOf({ NODE_ENV: 'production' })), [
    'DATABASE_URL',
    'KAFKA_BROKERS',
    'JWT_SECRET',
    'SECRETS_KEY',
    'TENANT_ROLE_SECRET',
    'S3_BUCKET',
    'S3_ENDPOINT'
  ])
})

t.test('wrong and missing settings are listed together', async (t) => {
  const problems = problemsOf({
    NODE_ENV: 'production',
    DATABASE_URL: 'mysql://x',
    PORT: '70000',
    LOG_LEVEL: 'loud',
    JWT_SECRET: 'short',
    S3_BUCKET: 'bucket',
    S3_REGION: 'eu-central-1',
    S3_ACCESS_KEY_ID: 'half'
  })
  t.same(names(problems).sort(), [
    'DATABASE_URL',
    'JWT_SECRET',
    'KAFKA_BROKERS',
    'LOG_LEVEL',
    'PORT',
    'S3_ACCESS_KEY_ID',
    'SECRETS_KEY',
    'TENANT_ROLE_SECRET'
  ])
  t.match(problems.join('\n'), /LOG_LEVEL must be one of: fatal, error/)
  t.notMatch(problems.join('\n'), /short|half/, 'no secret value is repeated')
})

t.test('a server limits the connections of its tenants by its own maximum only', async (t) => {
  const server = { url: 'postgres://user:secret@eu2:5432/strongroom' }
  const sizesWith = (main: string, maxConnections: number) => {
    const config = loadConfig({
      ...COMPLETE,
      TENANT_POOL_SIZE: '4',
      TENANT_MAX_CONNECTIONS: main,
      TENANT_SERVERS: JSON.stringify({ own: { ...server, maxConnections }, other: server })
    })
    return ['main', 'own', 'other'].map((name) => {
      const { maxConnections, poolSize } = settingsOfServer(config, name, 'database')?.tenancy ?? {}
      return [maxConnections, poolSize]
    })
  }
  t.same(sizesWith('1', 60), [
    [1, 1],
    [60, 4],
    [1, 1]
  ])
  t.same(sizesWith('60', 2), [
    [60, 4],
    [2, 2],
    [60, 4]
  ])
  const shared = loadConfig({
    ...COMPLETE,
    TENANT_MAX_CONNECTIONS: '1',
    TENANT_SERVERS: JSON.stringify({ own: { ...server, maxConnections: 60 } })
  })
  t.match(settingsOfServer(shared, 'own', 'schema')?.tenancy, { maxConnections: 40, poolSize: 4 })
})

t.test('the storage driver follows from the settings', async (t) => {
  const driver = (more: Record<string, string>) => loadConfig({ ...COMPLETE, ...more }).storage.driver
  t.equal(driver({}), 'disk')
  t.equal(driver({ S3_BUCKET: 'bucket', S3_ENDPOINT: 'http://s3:9000' }), 's3')
  t.equal(driver({ NODE_ENV: 'production', STORAGE_DRIVER: 'disk' }), 'disk')
})

t.test('empty values count as not set, and the config is frozen', async (t) => {
  const config = loadConfig({ ...COMPLETE, PORT: '', S3_BUCKET: '' })
  t.equal(config.http.port, 4999)
  t.ok(Object.isFrozen(config))
  t.ok(Object.isFrozen(config.http))
})

t.test('NODE_ENV decides who may register and create tenants', async (t) => {
  const { registration, tenantCreation } = loadConfig(COMPLETE)
  t.same([registration, tenantCreation], ['open', 'everyone'])
  const production = loadConfig(PRODUCTION)
  t.same([production.registration, production.tenantCreation], ['invited', 'permitted'])
})

t.test('mail needs a sender and a page for links', async (t) => {
  const mail = {
    SMTP_URL: 'smtps://user:p%40ss@mail.example.com',
    MAIL_FROM: 'Acme <documents@acme.example>',
    ACCOUNT_URL: 'https://app.acme.example/account'
  }
  t.same(problemsOf({ ...COMPLETE, ...mail }), [])
  t.match(loadConfig({ ...COMPLETE, ...mail }).mail, {
    from: { name: 'Acme', address: 'documents@acme.example' },
    transport: { kind: 'smtp' }
  })
  t.equal(loadConfig(COMPLETE).mail.transport.kind, 'files')
  t.equal(loadConfig(PRODUCTION).mail.transport.kind, 'none')
  const { ACCOUNT_URL, MAIL_FROM, ...alone } = mail
  t.ok(ACCOUNT_URL && MAIL_FROM)
  t.same(names(problemsOf({ ...COMPLETE, ...alone })), ['ACCOUNT_URL', 'MAIL_FROM'])
  const wrong: [Record<string, string>, string][] = [
    [{ SMTP_URL: 'http://mail.example.com' }, 'SMTP_URL'],
    [{ SMTP_URL: 'smtp://user@mail.example.com' }, 'SMTP_URL'],
    [{ SMTP_URL: 'smtp://mail.example.com/?pool=true' }, 'SMTP_URL'],
    [{ SMTP_URL: 'smtp://u:%zz@mail.example.com' }, 'SMTP_URL'],
    [{ MAIL_FROM: 'a@example.com, b@example.com' }, 'MAIL_FROM'],
    [{ MAIL_FROM: 'nobody' }, 'MAIL_FROM'],
    [{ ACCOUNT_URL: 'https://app.acme.example/#x' }, 'ACCOUNT_URL']
  ]
  for (const [setting, name] of wrong) {
    const problems = problemsOf({ ...COMPLETE, ...mail, ...setting })
    t.same(names(problems), [name], JSON.stringify(setting))
    t.notMatch(problems.join(), '%zz', 'no secret is repeated')
  }
  const open = { ...PRODUCTION, ...mail, ACCOUNT_URL: 'http://app.acme.example' }
  t.same(names(problemsOf(open)), ['ACCOUNT_URL'])
  const { JWT_SECRET, ...worker } = { ...PRODUCTION, ...mail }
  t.ok(JWT_SECRET)
  t.throws(
    () => loadConfig(worker, NEEDED.worker),
    /SMTP_URL needs JWT_SECRET/,
    'the worker creates the links'
  )
})

/** Valid for production; the tests change one thing at a time. */
const PRODUCTION = {
  ...COMPLETE,
  NODE_ENV: 'production',
  HOST: '0.0.0.0',
  STORAGE_DRIVER: 'disk',
  METRICS_TOKEN: 'b81f0e5c93d7a264',
  PUBLIC_URL: 'https://documents.example.com'
}

t.test('production refuses secrets that can be guessed', async (t) => {
  t.same(problemsOf(PRODUCTION), [])
  const weak = [
    ...[
      'a'.repeat(32),
      'ab'.repeat(20),
      '0'.repeat(31) + '1',
      'deadbeef'.repeat(4),
      '12345678901234567890123456789012'
    ],
    ...['changeme'.repeat(4), 'changeme-changeme-changeme-changeme', 'Sommer2024Sommer2024Sommer2024Sommer'],
    ...[
      '0123456789abcdef'.repeat(2),
      'abcdefghijklmnopqrstuvwxyz0123456789',
      'qwertyuiopasdfghjklzxcvbnm1234567890'
    ],
    ...['correct horse battery staple on the hill', 'ThisIsMySuperSecretJWTKey1234567'],
    ...['your-256-bit-secret-goes-right-here!', 'openssl rand -hex 32 # not executed'],
    ...['please-replace-this-with-32-random-bytes', 'P4ssw0rd!P4ssw0rd!P4ssw0rd!P4ssw0rd!']
  ]
  for (const name of ['JWT_SECRET', 'JWT_SECRET_PREVIOUS', 'TENANT_ROLE_SECRET'])
    for (const secret of weak) {
      const problems = problemsOf({ ...PRODUCTION, [name]: secret })
      t.same(names(problems), [name], `${name}=${secret}`)
      t.notMatch(problems.join(), secret)
    }
  for (const token of ['a'.repeat(16), 'changeme-changeme', 'metrics-token-123', '0123456789abcdef'])
    t.same(names(problemsOf({ ...PRODUCTION, METRICS_TOKEN: token })), ['METRICS_TOKEN'], token)
  t.same(names(problemsOf({ ...COMPLETE, JWT_SECRET: 'a'.repeat(32) })), [], 'development accepts it')
})

t.test('SECRETS_KEY is 32 bytes in base64', async (t) => {
  for (const name of ['SECRETS_KEY', 'SECRETS_KEY_PREVIOUS']) {
    const refused = [
      'short',
      'f'.repeat(64),
      `${'q'.repeat(42)}==`,
      `${COMPLETE.SECRETS_KEY}\n`,
      '_'.repeat(43) + '='
    ]
    for (const value of refused) t.same(names(problemsOf({ ...COMPLETE, [name]: value })), [name], value)
    const constant = Buffer.alloc(32).toString('base64')
    t.same(names(problemsOf({ ...PRODUCTION, [name]: constant })), [name])
    t.same(problemsOf({ ...COMPLETE, [name]: constant }), [], 'development accepts it')
  }
  const twice = { ...PRODUCTION, SECRETS_KEY_PREVIOUS: PRODUCTION.SECRETS_KEY }
  t.match(problemsOf(twice), [/SECRETS_KEY_PREVIOUS must differ from SECRETS_KEY/])
})

t.test('no random secret is mistaken for a weak one', async (t) => {
  const kinds = [
    (bytes: Buffer) => bytes.toString('hex'),
    (bytes: Buffer) => bytes.toString('base64'),
    (bytes: Buffer) => bytes.toString('base64url'),
    (bytes: Buffer) => bytes.toString('hex').slice(0, 32).toUpperCase()
  ]
  const refused = Array.from({ length: 2_000 }, (_, seed) =>
    (kinds[seed % 4] as (bytes: Buffer) => string)(createHash('sha256').update(`seed ${seed}`).digest())
  ).filter((secret) => weaknessOf(secret) !== undefined)
  t.same(refused, [])
})

t.test('production refuses the same secret twice', async (t) => {
  const shared = 'e4d909c290d0fb1ca068ffaddf22cbd0'
  const settings = ['JWT_SECRET', 'JWT_SECRET_PREVIOUS', 'TENANT_ROLE_SECRET', 'METRICS_TOKEN']
  for (const [index, one] of settings.entries())
    for (const other of settings.slice(index + 1)) {
      const problems = problemsOf({ ...PRODUCTION, [one]: shared, [other]: shared })
      t.same(names(problems), [other], `${one} = ${other}`)
      t.match(problems[0], `must differ from ${one}`)
    }
  const foreign = {
    DATABASE_URL: `postgres://user:${shared}@db:5432/strongroom`,
    S3_SECRET_ACCESS_KEY: shared,
    KAFKA_SASL_PASSWORD: shared
  }
  for (const [name, value] of Object.entries(foreign)) {
    const more = {
      S3_ACCESS_KEY_ID: 'id',
      KAFKA_SECURITY_PROTOCOL: 'sasl_ssl',
      KAFKA_SASL_MECHANISM: 'PLAIN'
    }
    const sasl = { KAFKA_SASL_USERNAME: 'user', KAFKA_SASL_PASSWORD: 'another' }
    const settings = { ...PRODUCTION, ...more, ...sasl, S3_SECRET_ACCESS_KEY: 'other', [name]: value }
    t.same(names(problemsOf({ ...settings, JWT_SECRET: shared })), ['JWT_SECRET'], name)
    t.same(problemsOf(settings), [], `${name} alone`)
  }
})

t.test('production refuses weak hashes, open metrics and unencrypted traffic to other hosts', async (t) => {
  const wrong: [Record<string, string>, string[]][] = [
    [{ PASSWORD_HASH_ITERATIONS: '1' }, ['PASSWORD_HASH_ITERATIONS']],
    [{ PASSWORD_HASH_ITERATIONS: '1', PASSWORD_HASH_MEMORY_KIB: '47104' }, []],
    [{ METRICS_TOKEN: '' }, ['METRICS_TOKEN']],
    [{ METRICS_TOKEN: '', HOST: '::' }, ['METRICS_TOKEN']],
    [{ METRICS_TOKEN: '', HOST: '10.0.0.5' }, ['METRICS_TOKEN']],
    [{ METRICS_TOKEN: '', HOST: '127.0.0.1' }, []],
    [{ METRICS_TOKEN: '', HOST: 'localhost' }, []],
    [{ METRICS_TOKEN: '', HOST: '::1' }, []],
    [{ PUBLIC_URL: 'http://documents.example.com' }, ['PUBLIC_URL']],
    [{ PUBLIC_URL: 'http://127.0.0.1.example.com' }, ['PUBLIC_URL']],
    [{ PUBLIC_URL: 'http://localhost.example.com' }, ['PUBLIC_URL']],
    [{ PUBLIC_URL: 'http://user@10.0.0.5:4999' }, ['PUBLIC_URL']],
    [{ PUBLIC_URL: 'http://127.0.0.1:4999' }, []],
    [{ PUBLIC_URL: 'http://localhost:4999/' }, []],
    [{ PUBLIC_URL: 'http://[::1]:4999' }, []],
    [{ PUBLIC_URL: '' }, []]
  ]
  for (const [settings, expected] of wrong) {
    t.same(names(problemsOf({ ...PRODUCTION, ...settings })), expected, JSON.stringify(settings))
    t.same(problemsOf({ ...COMPLETE, ...settings }), [], 'development accepts all of it')
  }
})

t.test('a program needs only the settings that it uses', async (t) => {
  const { JWT_SECRET, PUBLIC_URL, ...worker } = PRODUCTION
  t.ok(JWT_SECRET && PUBLIC_URL)
  t.doesNotThrow(() => loadConfig(worker, NEEDED.worker))
  t.throws(() => loadConfig({ ...worker, METRICS_TOKEN: '' }, NEEDED.worker), /METRICS_TOKEN/)
  const { DATABASE_URL, TENANT_ROLE_SECRET } = PRODUCTION
  const databases = { NODE_ENV: 'production', DATABASE_URL, TENANT_ROLE_SECRET }
  t.equal(loadConfig(databases, NEEDED.databases).database.url, DATABASE_URL)
  t.throws(() => loadConfig({ ...databases, TENANT_ROLE_SECRET: '' }, NEEDED.databases), /TENANT_ROLE_SECRET/)
})
