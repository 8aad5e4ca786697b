import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import { startChild } from '../../scripts/start/children.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import { createObjectRemoval } from '../../src/services/files/object-removal.js'
import { createStorageCheck } from '../../src/services/files/storage-check.js'
import { Client, createTenant, signUp, startApi, type TestDocument, type TestTenant } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { seeded } from '../patches/seeded.js'

const API = 'src/server'
const UPLOADS = 14
const LARGE = 7_000_000
/** The process is killed within this many milliseconds of the first upload of a round. */
const LONGEST = 700

/** One of a round's concurrent uploads, and its result. */
interface Upload {
  content: Buffer
  key: string | undefined
  answer: TestDocument | undefined
}

/**
 * Kills the process at random moments during uploads and deletions, and checks each time and at the end that rows and
 * objects match. Everything but the machine's speed follows from the seed.
 */
export async function crashUploads(t: Test, options: { kills: number; seed: number }): Promise<void> {
  const installation = await createInstallation(t, { SWEEP_INTERVAL: '1' })
  const random = seeded(options.seed).below
  const { url } = await startApi(t, installation.config)
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  const db = installation.tenantSql(tenant.database_name)
  const uploads: Upload[] = []
  const findings = await storageFindings(t, installation.config, tenant)

  for (let kill = 0; kill < options.kills; kill++) {
    const child = startChild('api', API, { ...process.env, ...installation.environment, LOG_LEVEL: 'fatal' })
    const client = new Client(await child.ready, admin.token)
    const storm = Array.from({ length: UPLOADS }, (_, n) => newUpload(kill, n, random))
    const running = storm.map((upload) => send(client, tenant, upload, random).catch(() => undefined))
    await delay(random(LONGEST))
    child.kill()
    await Promise.all([child.ended, ...running])
    uploads.push(...storm)
    t.same(await findings(), [], `rows and objects after kill ${kill + 1}`)
  }
  const cutOff = uploads.filter(({ answer }) => answer === undefined).length
  t.comment(`${uploads.length} uploads, ${cutOff} of them cut off`)
  t.ok(cutOff > 0, 'kills interrupted uploads')

  await t.test('a retry with the same key creates the document, or returns the existing one', async (t) => {
    await db`update idempotency_keys set expires_at = now() - interval '1 second' where result is null`
    for (const upload of uploads.filter(({ key, answer }) => key !== undefined && answer === undefined)) {
      await post(admin, tenant, upload)
      t.ok(upload.answer, String(upload.key))
    }
    const keyed = uploads.filter(({ key }) => key !== undefined)
    const ids = new Set(keyed.map(({ answer }) => answer?.id))
    t.equal(ids.size, keyed.length, 'one document for each key')
  })

  await t.test('after the grace period nothing is left over and nothing is lost', async (t) => {
    await db`update pending_objects set deadline = now() - interval '1 hour'`
    await startWorker(t, installation.config)
    await until(async () => (await db`select from pending_objects`).length === 0)
    t.same(await findings(), [])
    const [usage] = await db`select usage.documents + coalesce(sum(c.documents), 0) as documents
      from usage left join usage_changes c on true group by usage.id`
    const [real] = await db`select count(*) as documents from documents`
    t.equal(String(usage?.['documents']), String(real?.['documents']), 'counted')
    const committed = uploads.flatMap(({ content, answer }) => (answer ? [{ content, id: answer.id }] : []))
    for (const { content, id } of committed) {
      const response = await fetch(`${url}/api/tenants/${tenant.id}/documents/${id}/content`, {
        headers: { authorization: `Bearer ${String(admin.token)}` }
      })
      const bytes = Buffer.from(await response.arrayBuffer())
      t.equal(hash(bytes), hash(content), `document ${id}`)
    }
  })
}

function newUpload(kill: number, n: number, random: (below: number) => number): Upload {
  // Some contents repeat in every round: duplicates of files that exist or are being uploaded.
  const name = random(3) === 0 ? `shared ${random(4)}` : `${kill} ${n}`
  const size = random(2) === 0 ? 1 + random(1000) : LARGE
  const key = random(2) === 0 ? `key-${kill}-${n}` : undefined
  return { content: Buffer.alloc(size, name), key, answer: undefined }
}

/** Uploads a document, and sometimes deletes it again. */
async function send(client: Client, tenant: TestTenant, upload: Upload, random: (below: number) => number) {
  const deletes = random(5) === 0
  await post(client, tenant, upload)
  if (!deletes || upload.answer === undefined || upload.key !== undefined) return
  const { id } = upload.answer
  // If the deletion gets no answer, it is unknown whether the document was deleted.
  upload.answer = undefined
  await client.delete(`/api/tenants/${tenant.id}/documents/${id}`)
}

async function post(client: Client, tenant: TestTenant, upload: Upload): Promise<void> {
  const answer = await client.request<TestDocument>(
    'POST',
    `/api/tenants/${tenant.id}/documents?filename=a`,
    {
      body: upload.content,
      ...(upload.key !== undefined && { headers: { 'idempotency-key': upload.key } })
    }
  )
  if (answer.status === 201) upload.answer = answer.body.data
}

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Returns what `npm run storage -- check` would find. */
export async function storageFindings(
  t: Test,
  config: Parameters<typeof openInstallation>[0],
  tenant: TestTenant
) {
  const opened = openInstallation(config)
  t.teardown(() => opened.close())
  const { router, change } = opened
  const storage = await opened.storage()
  const removal = createObjectRemoval({ router, storage, onPostponed: () => undefined })
  const check = createStorageCheck({ router, change, storage, removal })
  return async () => {
    const found = []
    const counts = { files: 0, objects: 0, bytes: 0, pending: 0 }
    for await (const finding of check.findings(tenant, counts)) found.push(finding)
    return found
  }
}
