import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { slowNetwork } from '../helpers/slow-network.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { seeded } from '../patches/seeded.js'
import { content, MIB, sha256, Tus } from '../resumable/tus.js'
import { storageFindings } from './upload-crashes.js'

const SIZE = 18 * MIB
/** The first writer's network thaws within this many milliseconds of the second writer's first request. */
const LONGEST = 300

/**
 * Two writers of one upload: the first writer's network freezes in the middle, the second writer continues at another
 * process, and the first one's network thaws at a random moment. In every document each byte must be at its position, and
 * the recorded hash must be that of the stored bytes.
 */
export async function freezeWriters(
  t: Test,
  settings: Record<string, string>,
  { rounds, seed }: { rounds: number; seed: number }
): Promise<void> {
  const { config, tenantSql } = await createInstallation(t, { ...settings, SWEEP_INTERVAL: '1' })
  const [one, other] = [await startApi(t, config), await startApi(t, config)]
  await startWorker(t, config)
  const ada = await signUp(one.url)
  const tenant = await createTenant(ada)
  const db = tenantSql(tenant.database_name)
  const findings = await storageFindings(t, config, tenant)
  const network = await slowNetwork(t, one.url)
  const [frozen, elsewhere] = [network.url, other.url].map((url) => new Tus(ada, tenant.id, url)) as [
    Tus,
    Tus
  ]
  const { below } = seeded(seed)
  let later = 0

  /** Completes the upload at the second process. @returns the offset of the last request */
  async function goOn(path: string, bytes: Buffer): Promise<number> {
    for (;;) {
      const { status, at } = await elsewhere.head(path)
      const offset = Number(at)
      if (status !== 200) await delay(20)
      else if (offset === SIZE) return offset
      else if ((await elsewhere.patch(path, offset, bytes.subarray(offset))).status === 204) return offset
    }
  }

  for (let round = 0; round < rounds; round++) {
    const [firsts, seconds] = [content(SIZE), content(SIZE)]
    const path = await elsewhere.created(SIZE)
    const id = String(path.split('/').at(-1))
    Object.assign(network, { passed: 0, most: MIB + below(SIZE - 2 * MIB) })
    const first = frozen.patch(path, 0, firsts).catch(() => undefined)
    await until(async () => (await db`select from upload_sessions where epoch = 1 and id = ${id}`).length > 0)
    await until(async () => Promise.resolve(network.passed > network.most))
    const second = goOn(path, seconds)
    const isLate = below(4) === 0
    if (isLate) await second
    else await delay(below(LONGEST))
    network.allow(Infinity)
    const from = await second
    if (isLate) later += 1
    await first
    await until(async () => (await elsewhere.get(path))['state'] === 'done')
    const documentId = String((await elsewhere.get(path))['document_id'])
    const stored = await elsewhere.download(documentId)
    const [file] =
      await db`select f.sha256 from files f join documents d on d.file_id = f.id where d.id = ${documentId}`
    t.ok(
      stored.subarray(0, from).equals(firsts.subarray(0, from)),
      `round ${round}: ${from} bytes were saved`
    )
    // The contents differ so that the writers can be told apart: the first one may still write to its own positions.
    t.ok(stored.every((byte, at) => byte === firsts[at] || byte === seconds[at]))
    t.equal(file?.['sha256'], sha256(stored))
  }
  const [unclean] = await db`select count(*)::int from upload_sessions where unclean`
  t.comment(
    `${rounds} rounds, ${String(unclean?.['count'])} unclean takeovers, ${later} thawed after the upload was complete`
  )
  await until(async () => (await db`select from upload_tails`).length === 0)
  await until(async () => (await db`select from pending_objects`).length === 0)
  t.same(await findings(), [], 'no objects, files or parts are left but those of documents')
}
