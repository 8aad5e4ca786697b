import { createCipheriv, createHash } from 'node:crypto'
import type { Test } from 'tap'
import { createStrongroom } from '../../client/index.js'
import { startChild, type Child } from '../../scripts/start/children.js'
import { PASSWORD, createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { seeded } from '../patches/seeded.js'
import { MIB } from '../resumable/tus.js'
import { storageFindings } from './upload-crashes.js'

/** Bytes per request: several times what the server saves at once, so that kills hit the middle. */
const PIECE = 24 * MIB

/** Incompressible bytes derived from the seed, generated on read. @param before awaited before each chunk */
function seededStream(
  seed: number,
  size: number,
  before: () => Promise<void>,
  onBytes: (bytes: Uint8Array) => void
) {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16))
  let left = size
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await before()
        const bytes = cipher.update(Buffer.alloc(Math.min(MIB, left)))
        left -= bytes.length
        onBytes(bytes)
        controller.enqueue(bytes)
        if (left === 0) controller.close()
      }
    },
    { highWaterMark: 0 }
  )
}

/**
 * Uploads one large file through two processes, one of which is killed at random points of the file, and then checks that
 * the document has the bytes that were sent, with the right hash, and that nothing else is left.
 */
export async function crashLargeUpload(
  t: Test,
  settings: Record<string, string>,
  { size, kills, seed }: { size: number; kills: number; seed: number }
): Promise<void> {
  const limits = { MAX_UPLOAD_BYTES: String(size), SWEEP_INTERVAL: '1' }
  const { config, environment, tenantSql } = await createInstallation(t, { ...settings, ...limits })
  const { url } = await startApi(t, config)
  await startWorker(t, config)
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const db = tenantSql(tenant.database_name)
  const { below } = seeded(seed)
  const points = Array.from({ length: kills }, () => below(size / MIB) * MIB).sort((one, two) => one - two)

  let victim: Child | undefined
  let address: string | undefined
  let killed = 0
  async function startVictim(): Promise<void> {
    const child = startChild('api', 'src/server', { ...process.env, ...environment, LOG_LEVEL: 'fatal' })
    t.teardown(() => child.kill())
    address = await child.ready
    victim = child
  }
  /** Kills the victim when the upload reaches the next point, and starts another process. */
  function strike(sent: number): void {
    if (victim === undefined || sent < (points[killed] ?? Infinity)) return
    victim.kill()
    victim = address = undefined
    if (++killed < kills) started = startVictim()
  }

  let started = startVictim()
  await started
  const client = createStrongroom({
    url,
    maxRetryDelay: 200,
    fetch: (request) => {
      const target = below(4) > 0 ? (address ?? url) : url
      return fetch(new Request(request.url.replace(url, target), request))
    }
  })
  await client.auth.login({ email: ada.email, password: PASSWORD })
  const hash = createHash('sha256')
  // The source waits until the next victim has started, which takes longer than sending many pieces.
  const source = seededStream(
    seed,
    size,
    () => started,
    (bytes) => hash.update(bytes)
  )
  const { document_id } = await client.uploads.upload(tenant.id, source, {
    ...{ filename: 'large.bin', pieceSize: PIECE, retries: 1000 },
    onProgress: strike
  })
  victim?.kill()

  const sha256 = hash.digest('hex')
  const [unclean] = await db`select count(*)::int from upload_sessions where unclean`
  t.comment(`${size / MIB} MiB, ${killed} kills, ${String(unclean?.['count'])} unclean takeovers`)
  t.ok(killed >= kills - 1, 'there was a process to kill at each point')
  const [file] =
    await db`select f.* from files f join documents d on d.file_id = f.id where d.id = ${document_id}`
  t.equal(file?.['sha256'], sha256)
  t.equal(Number(file?.['file_size']), size)
  const stored = createHash('sha256')
  const { stream } = await client.documents.download(tenant.id, document_id)
  for await (const bytes of stream as unknown as AsyncIterable<Uint8Array>) stored.update(bytes)
  t.equal(stored.digest('hex'), sha256, 'the stored bytes are the ones sent')

  await until(async () => (await db`select from upload_tails`).length === 0)
  await until(async () => (await db`select from pending_objects`).length === 0)
  const findings = await storageFindings(t, config, tenant)
  t.same(await findings(), [], "no objects, files or parts are left but the document's")
}
