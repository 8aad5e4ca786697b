import { statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Services } from '../../scripts/embedded/start-services.js'
import { fillEnvironment, planStart } from '../../scripts/start/fill-environment.js'
import { ConfigError } from '../../core/config/config.js'
import { temporaryDataDir } from './temporary-folder.js'

const services: Services = {
  pid: 0,
  postgres: undefined,
  databaseUrl: (database) => `postgres://embedded/${database}`,
  brokers: 'embedded:9092',
  died: new Promise(() => undefined),
  stop: async () => undefined
}

void t.test('services without an address run embedded', async (t) => {
  const dataDir = temporaryDataDir(t)
  const plan = planStart({ DATA_DIR: dataDir })
  t.same(plan.embedded, { postgres: true, broker: true })
  const filled = fillEnvironment(plan, services)
  t.match(filled, {
    DATABASE_URL: 'postgres://embedded/strongroom',
    KAFKA_BROKERS: 'embedded:9092',
    EVENT_RETENTION: '86400',
    TENANT_MAX_CONNECTIONS: '200',
    WORKER_PORT: '0',
    DATA_DIR: dataDir,
    JWT_SECRET: /^[0-9a-f]{64}$/,
    SECRETS_KEY: /^[A-Za-z0-9+/]{43}=$/,
    TENANT_ROLE_SECRET: /^[0-9a-f]{64}$/
  })
  for (const file of ['jwt-secret', 'secrets-key', 'tenant-role-secret'])
    t.equal(statSync(join(dataDir, file)).mode & 0o777, 0o600)
  t.not(filled['JWT_SECRET'], filled['TENANT_ROLE_SECRET'])
  t.same(fillEnvironment(plan, services), filled, 'the secrets are the same on the next start')
})

void t.test('given settings are used', async (t) => {
  const given = {
    DATA_DIR: temporaryDataDir(t),
    DATABASE_URL: 'postgres://theirs/db',
    KAFKA_BROKERS: 'theirs:9092',
    JWT_SECRET: 's'.repeat(32),
    SECRETS_KEY: 'k'.repeat(43) + '=',
    TENANT_ROLE_SECRET: 'r'.repeat(32),
    WORKER_PORT: '4998',
    EVENT_RETENTION: '60'
  }
  const plan = planStart(given)
  t.same(plan.embedded, { postgres: false, broker: false })
  t.same(fillEnvironment(plan, undefined), given)
})

void t.test('published events are kept only for the embedded broker, which forgets them', async (t) => {
  const plan = planStart({ DATA_DIR: temporaryDataDir(t), KAFKA_BROKERS: 'theirs:9092' })
  t.notOk('EVENT_RETENTION' in fillEnvironment(plan, services))
})

void t.test('production embeds nothing and names every missing setting', async (t) => {
  const problems = problemsOf({ NODE_ENV: 'production' })
  for (const name of [
    'DATABASE_URL',
    'KAFKA_BROKERS',
    'S3_BUCKET',
    'S3_ENDPOINT',
    'JWT_SECRET',
    'SECRETS_KEY',
    'TENANT_ROLE_SECRET'
  ]) {
    t.ok(
      problems.some((problem) => problem.startsWith(`${name} is missing`)),
      name
    )
  }
})

void t.test('a wrong setting is found before anything is started', async (t) => {
  t.match(problemsOf({ PORT: 'many', S3_ENDPOINT: 'http://localhost:9000' }), [
    /^PORT/,
    /^S3_BUCKET is missing/
  ])
})

function problemsOf(given: Record<string, string>): string[] {
  try {
    planStart(given)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}
