import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { startPostgres, type EmbeddedPostgres } from '../../scripts/embedded/postgres.js'

/** A second PostgreSQL server beside that of the tests, removed when the test ends. */
export async function startSecondServer(t: Test): Promise<EmbeddedPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'strongroom-second-'))
  const server = await startPostgres({
    dataDir,
    log: () => undefined,
    settings: { fsync: 'off', max_connections: '200' }
  })
  t.teardown(async () => {
    await server.stop('immediate')
    await rm(dataDir, { recursive: true, force: true })
  })
  return server
}
