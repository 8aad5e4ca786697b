import { randomBytes } from 'node:crypto'
import { startChild } from '../../scripts/start/children.js'
import { createTenant, signUp, type BenchInstallation } from '../installation.js'

export interface Contender {
  url: string
  pid: number
  stop(): Promise<unknown>
}

export interface OurServer extends Contender {
  token: string
  userId: string
  email: string
  tenant: { id: string; database_name: string }
  /** The headers of that user's requests. */
  headers: { authorization: string }
}

/** The API in its own process, with a user and a tenant. */
export async function startOurs(
  installation: BenchInstallation,
  settings: Record<string, string> = {}
): Promise<OurServer> {
  const child = startChild('api', 'src/server', {
    ...process.env,
    ...installation.environment,
    ...settings
  })
  const url = await child.ready
  const { token, userId, email } = await signUp(url)
  const tenant = await createTenant(url, token)
  const headers = { authorization: `Bearer ${token}` }
  return { url, pid: child.pid, token, userId, email, tenant, headers, stop: () => child.stop() }
}

/** The bare server in its own process, on its own database. */
export async function startBaseline(
  installation: BenchInstallation,
  entry: 'http' | 'streams',
  settings: Record<string, string> = {}
): Promise<Contender> {
  const child = startChild('api', `bench/baseline/${entry}`, {
    ...process.env,
    DATABASE_URL: installation.databaseUrl('baseline'),
    DATA_DIR: `${installation.dataDir}/baseline-${randomBytes(4).toString('hex')}`,
    JWT_SECRET: installation.environment.JWT_SECRET,
    ...settings
  })
  return { url: await child.ready, pid: child.pid, stop: () => child.stop() }
}
