import { randomBytes } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { startChild, type Child } from '../../scripts/start/children.js'
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

/** Starts a program that logs to a file, as in production. */
export function startLogging(
  { dataDir }: BenchInstallation,
  path: string,
  environment: NodeJS.ProcessEnv
): Child {
  const stdout = openSync(join(dataDir, 'contenders.log'), 'a')
  const child = startChild(path, path, environment, { stdout })
  closeSync(stdout)
  return child
}

/** Starts the API in its own process, with a user and a tenant. */
export async function startOurs(
  installation: BenchInstallation,
  settings: Record<string, string> = {}
): Promise<OurServer> {
  const environment = { ...process.env, ...installation.environment, ...settings }
  const child = startLogging(installation, 'src/server', environment)
  const url = await child.ready
  const { token, userId, email } = await signUp(url)
  const tenant = await createTenant(url, token)
  const headers = { authorization: `Bearer ${token}` }
  return { url, pid: child.pid, token, userId, email, tenant, headers, stop: () => child.stop() }
}

/** Starts the bare server in its own process, on its own database. */
export async function startBaseline(
  installation: BenchInstallation,
  entry: 'http' | 'streams',
  settings: Record<string, string> = {}
): Promise<Contender> {
  const environment = {
    ...process.env,
    DATABASE_URL: installation.databaseUrl('baseline'),
    DATA_DIR: `${installation.dataDir}/baseline-${randomBytes(4).toString('hex')}`,
    JWT_SECRET: installation.environment.JWT_SECRET,
    ...settings
  }
  const child = startLogging(installation, `bench/baseline/${entry}`, environment)
  return { url: await child.ready, pid: child.pid, stop: () => child.stop() }
}
