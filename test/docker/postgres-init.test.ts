import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import postgres from 'postgres'
import t from 'tap'
import { maintenanceUrl, withDatabase } from '../../db/database-url.js'
import { prepareMainDatabase } from '../../db/prepare-main-database.js'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation, dropInstallation } from '../helpers/installation.js'
import { testServices } from '../helpers/services.js'

const name = `compose_${randomBytes(6).toString('hex')}`
const password = randomBytes(16).toString('hex')
const { databaseUrl } = testServices()
const superuser = postgres(maintenanceUrl(databaseUrl), { max: 1, onnotice: () => undefined })
const { configWith } = await createInstallation(t)

void t.test('the login that compose creates can do its work, and nothing else', async (t) => {
  const script = readFileSync('docker/postgres-init.sh', 'utf8')
  const sql = /<<'SQL'\n(.*?)^SQL$/ms.exec(script)?.[1] ?? ''
  const mine = sql.replaceAll('strongroom', name).replaceAll(":'password'", `'${password}'`)
  const url = new URL(withDatabase(databaseUrl, name))
  url.username = name
  url.password = password
  const tenants: string[] = []
  // Runs after the API has closed.
  t.teardown(async () => {
    await dropInstallation(withDatabase(databaseUrl, name), tenants)
    await superuser.unsafe(`drop owned by ${name}; drop role ${name}`)
    await superuser.end()
  })
  for (const statement of mine.split(';').filter((text) => text.trim() !== ''))
    await superuser.unsafe(statement)

  t.match(
    await superuser`select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls
      from pg_roles where rolname = ${name}`,
    [{ rolsuper: false, rolcreatedb: true, rolcreaterole: true, rolreplication: false, rolbypassrls: false }]
  )
  const config = configWith({ DATABASE_URL: url.href, TENANCY_STRATEGY: 'database' })
  await prepareMainDatabase(config, () => undefined)
  const api = await startApi(t, config)
  const admin = await signUp(api.url)
  const tenant = await createTenant(admin)
  tenants.push(tenant.database_name)
  t.equal((await uploaded(admin, tenant.id, 'works')).filename, 'file.txt')
})
