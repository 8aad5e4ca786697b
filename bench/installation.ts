import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareMainDatabase } from '../db/prepare-main-database.js'
import { startServices } from '../scripts/embedded/start-services.js'
import { loadConfig, type Config } from '../core/config/config.js'

export interface BenchInstallation {
  /** The environment of a server that uses it. */
  environment: Record<string, string>
  config: Config
  dataDir: string
  databaseUrl: (database: string) => string
  /** Stops everything and removes what was written. */
  close(): Promise<void>
}

/** Starts a PostgreSQL and a broker for the run, with the settings they have in `npm start`. */
export async function startInstallation(settings: Record<string, string> = {}): Promise<BenchInstallation> {
  const dataDir = mkdtempSync(join(tmpdir(), 'strongroom-bench-'))
  chmodSync(dataDir, 0o711)
  const services = await startServices({ postgres: true, broker: true, dataDir, removeAfter: true })
  const environment = {
    DATABASE_URL: services.databaseUrl('strongroom'),
    KAFKA_BROKERS: String(services.brokers),
    DATA_DIR: dataDir,
    JWT_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('base64'),
    TENANT_ROLE_SECRET: randomBytes(32).toString('hex'),
    PASSWORD_HASH_MEMORY_KIB: '7168',
    PASSWORD_HASH_ITERATIONS: '1',
    LOG_LEVEL: 'error',
    // As in production; the development default would add a few headers to each response.
    CORS_ORIGINS: '',
    PORT: '0',
    WORKER_PORT: '0',
    ...settings
  }
  const config = loadConfig(environment)
  await prepareMainDatabase(config, () => undefined)
  return {
    environment,
    config,
    dataDir,
    databaseUrl: (database) => services.databaseUrl(database),
    async close() {
      await services.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  }
}

/** PostgreSQL's main process, the parent of all its others. */
export const postmasterOf = ({ dataDir }: BenchInstallation): number =>
  Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10)

export const PASSWORD = 'correct horse battery'

/** Creates an account and logs in. */
export async function signUp(url: string): Promise<{ token: string; userId: string; email: string }> {
  const email = `${randomBytes(4).toString('hex')}@example.com`
  const account = { email, password: PASSWORD }
  await post(`${url}/api/auth/register`, { ...account, first_name: 'Ada', last_name: 'Bench' })
  const { access_token, user } = await post<{ access_token: string; user: { id: string } }>(
    `${url}/api/auth/login`,
    account
  )
  return { token: access_token, userId: user.id, email }
}

export async function createTenant(
  url: string,
  token: string
): Promise<{ id: string; database_name: string }> {
  return post(`${url}/api/tenants`, { name: 'Bench' }, token)
}

/** Creates a service account of a tenant. @returns its key */
export async function createKey(url: string, token: string, tenantId: string): Promise<string> {
  const path = `${url}/api/tenants/${tenantId}/service-accounts`
  const { id } = await post<{ id: string }>(path, { name: 'Bench', role: 'user' }, token)
  const scopes = ['documents:read', 'documents:write']
  return (await post<{ key: string }>(`${path}/${id}/keys`, { name: 'Bench', scopes }, token)).key
}

async function post<Data>(url: string, body: object, token?: string): Promise<Data> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return ((await response.json()) as { data: Data }).data
}
