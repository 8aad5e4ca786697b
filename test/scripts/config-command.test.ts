import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import t from 'tap'
import { program } from '../../scripts/program.js'
import { loadConfig, SETTINGS } from '../../core/config/config.js'
import { withoutSecrets } from '../../scripts/config/effective.js'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-config-'))
t.teardown(() => rmSync(folder, { recursive: true }))
for (const name of ['.env.development', '.env.production']) symlinkSync(resolve(name), join(folder, name))

const SECRETS = {
  TENANT_ROLE_SECRET: 'role-hunter2-5f1c0a9e84d2b7360c9a',
  SECRETS_KEY: 'aHVudGVyMi1rZXktOWQyN2I0ZTA2YTFmODNjNTcwMmU=',
  JWT_SECRET: 'jwt-s-9d27b4e06a1f83c5702e6fb41d8a',
  S3_SECRET_ACCESS_KEY: 's3-hunter2',
  METRICS_TOKEN: 'm-hunter2-0b7d1e93fa46'
}
const COMPLETE = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://strongroom:hunter2@db:5432/main?password=hunter3',
  KAFKA_BROKERS: 'kafka:9092',
  S3_BUCKET: 'bucket',
  S3_REGION: 'eu-central-1',
  S3_ACCESS_KEY_ID: 'AKIA',
  ...SECRETS
}

function run(env: Record<string, string>, ...args: string[]) {
  return new Promise<{ code: number; output: string; errors: string }>((resolve) => {
    const command = [...program('scripts/config'), ...args]
    execFile(
      process.execPath,
      command,
      { cwd: folder, env: { PATH: process.env['PATH'], ...env } },
      (error, output, errors) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, output, errors })
    )
  })
}

t.test('check prints effective values and their sources, and no secret', async (t) => {
  writeFileSync(join(folder, '.env'), 'PORT=5000\nLOG_LEVEL=warn\nS3_BUKET=slip\n')
  const { code, output, errors } = await run({ ...COMPLETE, LOG_LEVEL: 'debug' }, 'check')
  t.equal(code, 0)
  const lines = output.trimEnd().split('\n')
  t.same(
    lines.map((line) => /^\w+/.exec(line)?.[0]),
    SETTINGS
  )
  for (const line of [
    'PORT=5000  # .env',
    'LOG_LEVEL=debug  # environment',
    'HOST=0.0.0.0  # .env.production',
    'STORAGE_DRIVER=s3  # .env.production',
    'UPLOAD_TIMEOUT=3600',
    'S3_FORCE_PATH_STYLE=false',
    'S3_ENDPOINT (not set)',
    'JWT_SECRET=(hidden)  # environment',
    'DATABASE_URL=postgres://strongroom:hidden@db:5432/main?password=hidden  # environment'
  ])
    t.ok(lines.includes(line), line)
  t.match(errors, 'S3_BUKET in .env is not a setting')
  t.notMatch(output + errors, /hunter|jwt-s/)
})

t.test('check reports every problem at once, and what to do', async (t) => {
  const { code, output, errors } = await run(
    {
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres//u:hunter2@x',
      JWT_SECRET: 'hunter2',
      KAFKA_SECURITY_PROTOCOL: 'sasl_ssl',
      KAFKA_CA_FILE: '/nowhere'
    },
    'check'
  )
  t.equal(code, 1)
  for (const name of [
    'DATABASE_URL',
    'KAFKA_BROKERS',
    'JWT_SECRET',
    'S3_BUCKET',
    'KAFKA_SASL_PASSWORD',
    'KAFKA_CA_FILE'
  ])
    t.match(errors, new RegExp(`- ${name} .{10}`), name)
  t.notMatch(output + errors, /hunter/)
  t.equal((await run({}, 'chek')).code, 2)
  const help = await run({}, '--help')
  t.match(help.output, /^Usage/)
  const development = await run({}, 'check')
  t.match(development.output, /^DATABASE_URL \(embedded\)$/m)
  t.match(development.output, /^PASSWORD_HASH_ITERATIONS=1 {2}# \.env\.development$/m)
  const retired = await run({ BCRYPT_COST: '12' }, 'check')
  t.equal(retired.code, 0)
  t.match(retired.errors, /^BCRYPT_COST in environment no longer has any effect/m)
})

t.test('the files for development and production are valid, and contain no secret', async (t) => {
  const required = /^# (?:\[required|.*\[required\])/
  const example = readFileSync('.env.example', 'utf8').split('\n')
  const needed = example.flatMap((line, index) =>
    required.test(line)
      ? (/^(\w+)=/.exec(example.slice(index).find((next) => !next.startsWith('#')) ?? '')?.[1] ?? [])
      : []
  )
  for (const name of ['development', 'production']) {
    const given = parseEnv(readFileSync(`.env.${name}`, 'utf8')) as Record<string, string>
    t.same(
      Object.keys(given).filter((setting) => !SETTINGS.includes(setting)),
      []
    )
    t.equal(given['NODE_ENV'], name)
    for (const [setting, value] of Object.entries(given))
      if (value !== '') t.equal(withoutSecrets(setting, value), value, `${setting} is no secret`)
    const filled = Object.fromEntries(
      Object.entries({ ...given, ...COMPLETE, NODE_ENV: name }).filter(([, value]) => value)
    )
    t.equal(loadConfig(filled).production, name === 'production')
    if (name === 'production')
      t.same(
        needed.filter((setting) => !(setting in given)),
        []
      )
  }
  t.ok(needed.length >= 5)
})
