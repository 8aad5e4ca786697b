import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The content of `runtime.json` in the data folder, from which other programs learn about a running launcher. */
export interface Runtime {
  /** The launcher. If it no longer runs, the file is stale. */
  pid: number
  /** The process of the API. */
  api_pid: number
  /** Where the API listens. */
  url: string
  /** Without the password. */
  database_url: string
  /** Missing with EVENTS=internal, which uses no broker. */
  brokers?: string
  tenancy_strategy: string
}

/** Writes the file atomically and removes it when the process exits. */
export function writeRuntimeFile(dataDir: string, runtime: Runtime): void {
  const path = join(dataDir, 'runtime.json')
  const database = new URL(runtime.database_url)
  database.password = ''
  const text = JSON.stringify({ ...runtime, database_url: database.href }, null, 2)
  writeFileSync(`${path}.${process.pid}`, `${text}\n`, { mode: 0o600 })
  renameSync(`${path}.${process.pid}`, path)
  process.once('exit', () => rmSync(path, { force: true }))
}
