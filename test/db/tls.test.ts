import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { tlsOptions } from '../../core/config/database-tls.js'
import { connect } from '../../db/connect.js'
import { isDatabaseUnavailable } from '../../db/error-codes.js'
import { prepareMainDatabase } from '../../db/prepare-main-database.js'
import { startPostgres } from '../../scripts/embedded/postgres.js'
import { loadConfig } from '../../core/config/config.js'
import { captureLog, createTenant, refused, Client, signUp, startApi, uploaded } from '../helpers/api.js'
import { makeCertificates } from '../helpers/certificates.js'
import { testServices } from '../helpers/services.js'
import { requireTool } from '../helpers/tools.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'

requireTool(t, ['openssl'])
const dataDir = temporaryDataDir(t)
const { ca, otherCa, certificate, key } = makeCertificates(dataDir, 'IP:127.0.0.1')
const server = await startPostgres({ dataDir, settings: { fsync: 'off' }, log: () => undefined })
t.teardown(() => server.stop('immediate'))

/** The database URL with TLS parameters. */
function url(query: Record<string, string>, { database = 'main', host = '127.0.0.1' } = {}): string {
  const made = new URL(server.url(database))
  made.hostname = host
  for (const [name, value] of Object.entries(query)) made.searchParams.set(name, value)
  return made.href
}

/** Turns TLS on and refuses connections without it. */
async function requireTls(): Promise<void> {
  const sql = connect(server.url(), { max: 1 })
  const [shown] = await sql<{ data_directory: string }[]>`show data_directory`
  const folder = String(shown?.data_directory)
  const { uid, gid } = statSync(folder)
  for (const [name, text] of [
    ['server.crt', certificate],
    ['server.key', key]
  ] as const) {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    chownSync(join(folder, name), uid, gid)
  }
  const rules = join(folder, 'pg_hba.conf')
  writeFileSync(rules, readFileSync(rules, 'utf8').replace(/^host /gm, 'hostssl '))
  await sql`alter system set ssl = 'on'`
  await sql`select pg_reload_conf()`
  await sql.end()
}
await requireTls()

const works = async (address: string) => {
  const sql = connect(address, { max: 1, connect_timeout: 60 })
  try {
    await sql`select 1`
    return true
  } catch (error) {
    if (!isDatabaseUnavailable(error) && !String(error).includes('no encryption')) throw error
    return false
  } finally {
    await sql.end()
  }
}

t.test('the modes mean the same as in psql', async (t) => {
  const on = (query: Record<string, string>, host?: string) =>
    works(url(query, { database: 'postgres', ...(host !== undefined && { host }) }))
  t.equal(await on({}), false, 'without TLS')
  t.equal(await on({ sslmode: 'disable' }), false, 'disable')
  t.equal(await on({ sslmode: 'require' }), true, 'require checks no certificate')
  t.equal(await on({ sslmode: 'require', sslrootcert: otherCa }), false, '… unless an authority is given')
  t.equal(await on({ sslmode: 'verify-full', sslrootcert: ca }), true)
  t.equal(await on({ sslmode: 'verify-full', sslrootcert: otherCa }), false, 'another authority')
  t.equal(await on({ sslmode: 'verify-full' }), false, 'an authority that the system does not trust')
  t.equal(await on({ sslmode: 'verify-full', sslrootcert: ca }, 'localhost'), false, 'another name')
  t.equal(await on({ sslmode: 'verify-ca', sslrootcert: ca }, 'localhost'), true)
  t.throws(() => tlsOptions(url({ sslmode: 'prefer' })), /needs an sslmode that is one of/)
  t.throws(() => tlsOptions(url({ sslrootcert: ca })), /needs an sslmode that is one of/)
  t.throws(() => tlsOptions(url({ sslmode: 'require', sslrootcert: '/nowhere' })), /cannot be read/)
})

t.test('every connection to the database uses TLS', async (t) => {
  const environment = {
    DATABASE_URL: url({ sslmode: 'verify-full', sslrootcert: ca }),
    KAFKA_BROKERS: testServices().brokers,
    KAFKA_TOPIC_PREFIX: 'tls.',
    DATA_DIR: dataDir,
    JWT_SECRET: 'x'.repeat(32),
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    TENANT_ROLE_SECRET: 'y'.repeat(32),
    PASSWORD_HASH_MEMORY_KIB: '7168',
    PASSWORD_HASH_ITERATIONS: '1',
    LOG_LEVEL: 'error'
  }
  const config = loadConfig(environment)
  await prepareMainDatabase(config, () => undefined)
  const api = await startApi(t, config)
  const ada = await signUp(api.url)
  const tenant = await createTenant(ada)
  await uploaded(ada, tenant.id, 'over TLS')
  const sql = connect(config.database.url, { max: 1 })
  const rows = await sql<{ name: string; ssl: boolean }[]>`
    select application_name as name, bool_and(ssl) as ssl from pg_stat_activity join pg_stat_ssl using (pid)
    where application_name like 'strongroom%' group by 1 order by 1`
  await sql.end()
  for (const name of ['strongroom', 'strongroom-listener', 'strongroom-tenant'])
    t.ok(
      rows.some((row) => row.name === name),
      name
    )
  // A process that prepares spares may be connected as well.
  t.ok(
    rows.every(({ ssl }) => ssl),
    'all connections use TLS'
  )

  const log = captureLog()
  const wrong = loadConfig({
    ...environment,
    DATABASE_URL: url({ sslmode: 'verify-full', sslrootcert: otherCa })
  })
  const distrustful = await startApi(t, wrong, log.logger)
  refused(
    t,
    await new Client(distrustful.url, String(ada.token)).get('/api/users/me'),
    'DATABASE_UNAVAILABLE'
  )
  t.match(JSON.stringify(log.lines), /certificate/, 'the log says why')
})
