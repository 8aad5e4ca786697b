import type { Test } from 'tap'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { Direct, put } from '../resumable/direct.js'
import { content, Tus } from '../resumable/tus.js'
import { storageFindings } from './upload-crashes.js'

/** Concurrent requests. */
const AT_ONCE = 16
/** One in this many uploads has bytes when its client gives up. */
const WITH_BYTES = 10
const SIZE = 64 * 1024

/**
 * Begins uploads whose clients never return, lets the uploads expire, and checks that the worker removes all of them,
 * with their rows, files and parts.
 * @param direct whether half of them are direct uploads
 */
export async function abandonUploads(
  t: Test,
  settings: Record<string, string>,
  { uploads, direct }: { uploads: number; direct: boolean }
): Promise<void> {
  const most = String(uploads)
  const { config, tenantSql } = await createInstallation(t, {
    ...settings,
    ...{ SWEEP_INTERVAL: '1', UPLOAD_SESSIONS_PER_TENANT: most, UPLOAD_SESSIONS_PER_ACCOUNT: most }
  })
  const { url } = await startApi(t, config)
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const db = tenantSql(tenant.database_name)
  const findings = await storageFindings(t, config, tenant)
  const tus = new Tus(ada, tenant.id)
  const directly = new Direct(ada, tenant.id)

  async function begin(number: number): Promise<void> {
    const hasBytes = number % WITH_BYTES < 2
    if (direct && number % 2 === 0) {
      const path = await directly.created(SIZE)
      const [part] = hasBytes ? await directly.partsOf(path) : []
      if (part !== undefined) t.ok(await put(part.url, content(part.size)))
      return
    }
    const path = await tus.created(SIZE)
    if (hasBytes) await tus.patch(path, 0, content(SIZE / 2))
  }

  const numbers = Array.from({ length: uploads }, (_, number) => number).values()
  const work = async () => {
    for (const number of numbers) await begin(number)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  t.equal((await db`select from upload_sessions where state = 'open'`).length, uploads)
  t.not((await db`select from upload_sessions where upload_offset > 0`).length, 0, 'some uploads have bytes')

  await db`update pending_objects set deadline = now() - interval '2 minutes'`
  const start = performance.now()
  await startWorker(t, config)
  await until(async () => (await db`select from pending_objects limit 1`).length === 0)
  await until(async () => (await db`select from upload_sessions limit 1`).length === 0)
  t.comment(`${uploads} abandoned uploads were removed in ${Math.round(performance.now() - start)} ms`)
  t.same(await db`select from upload_tails`, [])
  t.same(await findings(), [], 'no objects, files or parts are left')
}
