import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import type { BenchInstallation } from '../installation.js'
import { startLogging } from './contenders.js'

/** Milliseconds between two queries. */
const LOOK_MS = 100

/** Starts the worker in its own process; it publishes the events of a tenant's uploads and verifies their files. */
export async function startVerifier(
  installation: BenchInstallation,
  tenant: { database_name: string }
): Promise<{ pid: number; done: () => Promise<void>; stop: () => Promise<void> }> {
  const worker = startLogging(installation, 'workers/main', { ...process.env, ...installation.environment })
  await worker.ready
  const sql = postgres(installation.databaseUrl(tenant.database_name), { max: 1 })
  return {
    pid: worker.pid,
    /** Resolves when the events of all uploads are published and their files verified. */
    async done() {
      for (let open = true; open;) {
        await delay(LOOK_MS)
        const [row] = await sql<{ open: boolean }[]>`select
          exists (select from files where verified_at is null) or
            exists (select from outbox where published_at is null) as open`
        open = row?.open ?? false
      }
    },
    async stop() {
      await sql.end()
      await worker.stop()
    }
  }
}
