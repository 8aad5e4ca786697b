import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import { startChild } from '../../scripts/start/children.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { seeded } from '../patches/seeded.js'
import { content, sha256, Tus } from '../resumable/tus.js'
import { storageFindings } from './upload-crashes.js'

const UPLOADS = 4
/** A process is killed within this many milliseconds of its start. */
const LONGEST = 1_500

/**
 * Uploads in pieces to two processes, one of which is killed at random moments, and then checks that every document has
 * the bytes that were sent, with the right hashes, and that no other rows, files or parts are left.
 */
export async function crashResumable(
  t: Test,
  settings: Record<string, string>,
  options: { kills: number; seed: number; largest: number }
): Promise<void> {
  const installation = await createInstallation(t, { ...settings, SWEEP_INTERVAL: '1' })
  const { config, environment } = installation
  const random = seeded(options.seed).below
  const { url } = await startApi(t, config)
  await startWorker(t, config)
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const db = installation.tenantSql(tenant.database_name)
  const findings = await storageFindings(t, config, tenant)
  const here = new Tus(ada, tenant.id)
  let victim: Tus | undefined
  let kills = 0

  /** Sends files as a client does, to either process, until there were enough kills. */
  async function send(): Promise<{ path: string; bytes: Buffer }[]> {
    const sent = []
    do {
      const bytes = content(1 + random(options.largest))
      const path = await here.created(bytes.length)
      await complete(path, bytes)
      sent.push({ path, bytes })
    } while (kills < options.kills)
    return sent
  }

  async function complete(path: string, bytes: Buffer): Promise<void> {
    for (;;) {
      const tus = random(3) > 0 ? (victim ?? here) : here
      const { status, at } = await tus.head(path).catch(() => ({ status: 0, at: undefined }))
      if (status === 404 || status === 410)
        throw new Error(`lost: ${status} ${JSON.stringify(await here.get(path))}`)
      const offset = Number(at)
      if (status === 200 && offset === bytes.length) return
      if (status === 200)
        await tus
          .patch(path, offset, bytes.subarray(offset, offset + 1 + random(options.largest)))
          .catch(() => undefined)
      else await delay(20)
    }
  }

  async function kill(): Promise<void> {
    while (kills < options.kills) {
      const child = startChild('api', 'src/server', { ...process.env, ...environment, LOG_LEVEL: 'fatal' })
      victim = new Tus(ada, tenant.id, await child.ready)
      await delay(random(LONGEST))
      child.kill()
      await child.ended
      victim = undefined
      kills += 1
    }
  }

  const [uploads] = await Promise.all([Promise.all(Array.from({ length: UPLOADS }, send)), kill()])
  const sent = uploads.flat()
  await until(async () => {
    const [left] = await db`select count(*)::int from upload_sessions where state in ('open', 'finishing')`
    return left?.['count'] === 0
  })
  t.comment(`${sent.length} uploads, ${kills} kills`)
  const unclean = await db`select id from upload_sessions where unclean`
  t.comment(`${unclean.length} of them were taken over from a killed process`)
  for (const { path, bytes } of sent) {
    const { state, document_id: id, error } = await here.get(path)
    t.same({ state, error }, { state: 'done', error: null })
    t.ok((await here.download(String(id))).equals(bytes), `${bytes.length} bytes of ${String(id)}`)
    const [file] =
      await db`select f.* from files f join documents d on d.file_id = f.id where d.id = ${String(id)}`
    t.equal(file?.['sha256'], sha256(bytes))
  }
  await until(async () => (await db`select from upload_tails`).length === 0)
  await until(async () => (await db`select from pending_objects`).length === 0)
  t.equal((await db`select from documents`).length, sent.length, 'one document for each upload')
  t.same(await findings(), [], 'no objects, files or parts are left but those of documents')
}
