import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import { startChild } from '../../scripts/start/children.js'
import { Client, createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { startS3Front } from '../helpers/s3-front.js'
import type { S3Server } from '../helpers/s3-servers.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { seeded } from '../patches/seeded.js'
import { Direct, putAll } from '../resumable/direct.js'
import { content, MIB, sha256, Tus } from '../resumable/tus.js'
import { storageFindings } from './upload-crashes.js'

const UPLOADS = 4
const PART = 8 * MIB
/** The processes are killed within this many milliseconds of their start. */
const LONGEST = 1_500

/**
 * Uploads directly to S3 while an API process and a worker are killed repeatedly: the API at random moments, the worker
 * while it reads an upload. Then checks that every document has the bytes that were sent, with the right hashes, and that
 * no other rows, objects or parts are left.
 */
export async function crashDirect(
  t: Test,
  server: S3Server,
  settings: Record<string, string>,
  options: { kills: number; seed: number; largest: number }
): Promise<void> {
  const installation = await createInstallation(t, { ...settings, SWEEP_INTERVAL: '1' })
  const { config, environment } = installation
  const random = seeded(options.seed).below
  const { url } = await startApi(t, config)
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const db = installation.tenantSql(tenant.database_name)
  const findings = await storageFindings(t, config, tenant)
  const here = new Direct(ada, tenant.id)
  const tus = new Tus(ada, tenant.id)
  let victim: Direct | undefined
  let kills = 0

  /** Half of the reads of the worker that will be killed hang. */
  const front = await startS3Front({ options: server.options, stop: () => Promise.resolve() })
  t.teardown(() => front.stop())
  let reads = 0
  front.fault = ({ method, query }) => {
    const isRead = method === 'GET' && !query.has('uploadId') && !query.has('uploads')
    if (!isRead || random(2) === 0) return undefined
    reads += 1
    return 'hang'
  }

  /** Sends a request to either process at random until one of them answers. */
  async function asked<T extends { status: number }>(ask: (direct: Direct) => Promise<T>): Promise<T> {
    for (;;) {
      const direct = random(3) > 0 ? (victim ?? here) : here
      const answer = await ask(direct).catch(() => undefined)
      if (answer !== undefined && answer.status < 500) return answer
      await delay(20)
    }
  }

  async function send(): Promise<{ path: string; bytes: Buffer }[]> {
    const sent = []
    do {
      const bytes = content(1 + random(options.largest))
      const key = { 'idempotency-key': randomUUID() }
      const created = await asked((direct) => direct.create(bytes.length, { sha256: sha256(bytes) }, key))
      const path = `${here.path}/${created.body.data.id}`
      do {
        const { parts } = (await asked((direct) => direct.parts(path))).body.data
        // Sometimes the client sends only some of the parts.
        await putAll(random(3) === 0 ? parts.slice(random(parts.length)) : parts, bytes, PART)
      } while ((await asked((direct) => direct.complete(path))).status !== 202)
      sent.push({ path, bytes })
    } while (kills < options.kills)
    return sent
  }

  async function kill(): Promise<void> {
    while (kills < options.kills) {
      const quiet = { ...process.env, ...environment, LOG_LEVEL: 'fatal' }
      const before = reads
      const api = startChild('api', 'src/server', quiet)
      const through = { ...quiet, S3_ENDPOINT: String(front.options.endpoint) }
      const worker = startChild('worker', 'workers/main', through)
      victim = new Direct(new Client(await api.ready, ada.token), tenant.id)
      await worker.ready
      await delay(random(LONGEST))
      victim = undefined
      api.kill()
      await until(async () => Promise.resolve(reads > before))
      worker.kill()
      await Promise.all([api.ended, worker.ended])
      kills += 1
      // Ends the leases of the killed processes early.
      await db`update upload_sessions set lease_until = now() - interval '1 second' where lease_owner is not null`
    }
    await startWorker(t, config)
  }

  const [uploads] = await Promise.all([Promise.all(Array.from({ length: UPLOADS }, send)), kill()])
  const sent = uploads.flat()
  t.comment(`${sent.length} uploads, ${kills} kills of each, ${reads} reads cut off`)
  await until(async () => {
    const [left] = await db`select count(*)::int from upload_sessions where state in ('open', 'finishing')`
    return left?.['count'] === 0
  })
  for (const { path, bytes } of sent) {
    const { state, document_id: id, error } = await tus.get(path)
    t.same({ state, error }, { state: 'done', error: null })
    t.ok((await tus.download(String(id))).equals(bytes), `${bytes.length} bytes of ${String(id)}`)
    const [file] =
      await db`select f.* from files f join documents d on d.file_id = f.id where d.id = ${String(id)}`
    t.match(file, { sha256: sha256(bytes), verification: 'intact' })
  }
  await until(async () => (await db`select from pending_objects`).length === 0)
  t.equal((await db`select from documents`).length, sent.length, 'one document for each upload')
  t.same(await findings(), [], 'no objects or parts are left but those of documents')
}
