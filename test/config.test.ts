import { readFileSync } from 'node:fs'
import t from 'tap'
import { ConfigError, loadConfig, SETTINGS } from '../core/config/config.js'

const COMPLETE = {
  DATABASE_URL: 'postgres://user:secret@db:5432/strongroom',
  KAFKA_BROKERS: 'kafka-1:9092,kafka-2:9092',
  JWT_SECRET: 'x'.repeat(32),
  TENANT_ROLE_SECRET: 'y'.repeat(32)
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

/** The names that a list of problems begins with. */
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
    'TENANT_ROLE_SECRET',
    'S3_BUCKET',
    'S3_ENDPOINT'
  ])
})

t.test('what is wrong is listed together with what is missing', async (t) => {
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
    'TENANT_ROLE_SECRET'
  ])
  t.match(problems.join('\n'), /LOG_LEVEL must be one of: fatal, error/)
  t.notMatch(problems.join('\n'), /short|half/, 'no value of a secret is repeated')
})

t.test('the storage driver follows from what is set', async (t) => {
  const driver = (more: Record<string, string>) => loadConfig({ ...COMPLETE, ...more }).storage.driver
  t.equal(driver({}), 'disk')
  t.equal(driver({ S3_BUCKET: 'bucket', S3_ENDPOINT: 'http://s3:9000' }), 's3')
  t.equal(driver({ NODE_ENV: 'production', STORAGE_DRIVER: 'disk' }), 'disk')
})

t.test('empty values mean not set, and the result cannot be changed', async (t) => {
  const config = loadConfig({ ...COMPLETE, PORT: '', S3_BUCKET: '' })
  t.equal(config.http.port, 4999)
  t.ok(Object.isFrozen(config))
  t.ok(Object.isFrozen(config.http))
})
