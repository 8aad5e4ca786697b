import { setTimeout as delay } from 'node:timers/promises'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { contest, median } from '../harness/contest.js'
import { startOurs } from '../harness/contenders.js'
import { fillTenant } from '../harness/fill.js'
import { p99During } from '../harness/latency.js'
import { memoryGrowth } from '../harness/process.js'
import { createUpload, sendSlowly, uploadInChunks } from '../harness/resumable-transfer.js'
import { createBenchBucket } from '../harness/s3-bucket.js'
import { removeDocument, uploadDocument } from '../harness/transfer.js'

const MIB = 1024 ** 2
const GIB = 1024 ** 3
const SETTINGS = { MAX_UPLOAD_BYTES: String(2 * GIB), UPLOAD_SESSIONS_PER_ACCOUNT: '100' }

/** Compares resumable uploads with one plain request that sends the same bytes to the same server. */
async function speed({ installation, progress, rounds }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation, SETTINGS)
  const base = `${ours.url}/api/tenants/${ours.tenant.id}`
  const results: Required<Findings>['results'] = []

  async function speedOf(upload: () => Promise<{ id: string; file_id: string }>): Promise<number> {
    const start = performance.now()
    const document = await upload()
    const megabytes = GIB / 1e6 / ((performance.now() - start) / 1000)
    await removeDocument(base, document, ours.headers)
    return megabytes
  }

  try {
    for (const chunk of [8 * MIB, 64 * MIB])
      results.push({
        what: `resumable upload of 1 GiB in chunks of ${chunk / MIB} MiB`,
        against: 'the plain upload to the same server',
        unit: 'MB/s',
        contest: await contest(
          rounds,
          () => speedOf(() => uploadInChunks(ours, GIB, chunk)),
          () => speedOf(() => uploadDocument(base, GIB, ours.headers)),
          (round) => progress(`chunks of ${chunk / MIB} MiB, round ${round} of ${rounds}`)
        ),
        aim: { atLeast: 0.85 }
      })
    return { results }
  } finally {
    await ours.stop()
  }
}

const UPLOADS = 20
const UPLOAD_SIZE = 128 * MIB

async function memory({ installation, progress }: CaseContext): Promise<Findings> {
  const figures: Required<Findings>['figures'] = []
  const bucket = await createBenchBucket()
  const drivers = [['disk', {}] as const, ...(bucket === undefined ? [] : [['S3', bucket.settings] as const])]
  try {
    for (const [driver, settings] of drivers) {
      const ours = await startOurs(installation, { ...SETTINGS, ...settings })
      const base = `${ours.url}/api/tenants/${ours.tenant.id}`
      try {
        await removeDocument(base, await uploadInChunks(ours, 16 * MIB, 8 * MIB), ours.headers)
        progress(`${UPLOADS} uploads of ${UPLOAD_SIZE / MIB} MiB at once to ${driver}`)
        const value = await memoryGrowth(ours.pid, async () => {
          const upload = () => uploadInChunks(ours, UPLOAD_SIZE, UPLOAD_SIZE)
          const documents = await Promise.all(Array.from({ length: UPLOADS }, upload))
          for (const document of documents) await removeDocument(base, document, ours.headers)
        })
        const what = `${UPLOADS} resumable uploads at once to ${driver}: RSS growth`
        figures.push({ what, value, unit: 'MiB', aim: { atMost: 256 } })
      } finally {
        await ours.stop()
      }
    }
  } finally {
    await bucket?.remove()
  }
  return { figures }
}

const CLIENTS = 100
const BYTES_PER_SECOND = 50_000
const WARM_UP_MS = 1_000
/** Lets one account send all uploads at once: it may hold half of the places, and eight slow uploads share one. */
const SLOW_SETTINGS = { ...SETTINGS, UPLOAD_CONCURRENCY: String(Math.ceil(CLIENTS / 4)) }

/** Measures the p99 of a GET in windows with and without slow uploads, in turns; a round has one of each. */
async function slowClients({ installation, progress, rounds, seconds }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation, SLOW_SETTINGS)
  const documentId = await fillTenant(installation, ours, 1_000)
  const url = `${ours.url}/api/tenants/${ours.tenant.id}/documents/${documentId}`
  const idle: number[] = []
  const loaded: number[] = []
  const window = () => p99During(url, ours.headers, () => delay(seconds * 1000))
  try {
    await window()
    for (let round = 1; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}`)
      idle.push(await window())
      const uploads = await Promise.all(Array.from({ length: CLIENTS }, () => createUpload(ours, 64 * MIB)))
      const stops = uploads.map((upload) => sendSlowly(ours, upload, 64 * MIB, BYTES_PER_SECOND))
      await delay(WARM_UP_MS)
      loaded.push(await window())
      for (const stop of stops) stop()
      const headers = { ...ours.headers, 'tus-resumable': '1.0.0' }
      for (const upload of uploads) await fetch(upload, { method: 'DELETE', headers })
    }
    const [alone, among] = [median(idle), median(loaded)]
    const clients = `${CLIENTS} resumable uploads at 50 kB/s`
    return {
      figures: [
        { what: 'p99 of a GET, nothing else (median of windows)', value: alone, unit: 'ms' },
        { what: `p99 of a GET during ${clients}`, value: among, unit: 'ms' },
        { what: '… times the idle one', value: among / alone, unit: '×', aim: { atMost: 1.5 } }
      ]
    }
  } finally {
    await ours.stop()
  }
}

export const resumable: BenchCase[] = [
  { name: 'resumable', about: '1 GiB in chunks of 8 and 64 MiB against the plain upload', run: speed },
  {
    name: 'resumable-many',
    about: `${UPLOADS} resumable uploads at once: memory (on S3 with npm run with-real-services)`,
    run: memory
  },
  {
    name: 'slow-clients',
    about: `p99 of a GET during ${CLIENTS} resumable uploads at 50 kB/s (--rounds 10 --seconds 30: ten minutes)`,
    run: slowClients
  }
]
