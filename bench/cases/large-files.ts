import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { contest } from '../harness/contest.js'
import { startBaseline, startOurs } from '../harness/contenders.js'
import { memoryGrowth } from '../harness/process.js'
import { receive, removeDocument, send, uploadDocument } from '../harness/transfer.js'

const MB = 1e6
const GIB = 1024 ** 3
/** Few rounds: a gigabyte averages out noise for which smaller measurements need more of them. */
const ROUNDS = 3

/** The speed of work that transfers a gibibyte, in megabytes per second. */
async function speedOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return GIB / MB / ((performance.now() - start) / 1000)
}

async function upload({ installation, progress }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation, { MAX_UPLOAD_BYTES: String(2 * GIB) })
  const baseline = await startBaseline(installation, 'streams')
  const base = `${ours.url}/api/tenants/${ours.tenant.id}`
  let growth = 0
  try {
    const result = await contest(
      ROUNDS,
      async () => {
        let document = { id: '', file_id: '' }
        const speed = await speedOf(async () => {
          const measured = memoryGrowth(ours.pid, async () => {
            document = await uploadDocument(base, GIB, ours.headers)
          })
          growth = Math.max(growth, await measured)
        })
        await removeDocument(base, document, ours.headers)
        return speed
      },
      async () => {
        const url = `${baseline.url}/tenants/bench/large`
        const speed = await speedOf(() => send(url, GIB, {}))
        await fetch(url, { method: 'DELETE' })
        return speed
      },
      (round) => progress(`round ${round} of ${ROUNDS}`)
    )
    const what = 'upload 1 GiB, one client'
    const against = 'bare node:http + MD5 + SHA-256 to the same disk driver'
    return {
      results: [{ what, against, unit: 'MB/s', contest: result, aim: { atLeast: 0.9 } }],
      figures: [{ what: `${what}: RSS growth`, value: growth, unit: 'MiB', aim: { atMost: 64 } }]
    }
  } finally {
    await Promise.all([ours.stop(), baseline.stop()])
  }
}

async function download({ installation, progress }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation, { MAX_UPLOAD_BYTES: String(2 * GIB) })
  const baseline = await startBaseline(installation, 'streams')
  const base = `${ours.url}/api/tenants/${ours.tenant.id}`
  try {
    progress('uploading the files to download')
    const document = await uploadDocument(base, GIB, ours.headers)
    await send(`${baseline.url}/tenants/bench/large`, GIB, {})
    const answer = await fetch(`${base}/documents/${document.id}/download`, {
      headers: ours.headers,
      redirect: 'manual'
    })
    const signed = String(answer.headers.get('location'))
    const result = await contest(
      ROUNDS,
      () => speedOf(() => receive(signed)),
      () => speedOf(() => receive(`${baseline.url}/tenants/bench/large`)),
      (round) => progress(`round ${round} of ${ROUNDS}`)
    )
    await removeDocument(base, document, ours.headers)
    return {
      results: [
        {
          what: 'download 1 GiB through a signed URL',
          against: 'bare node:http + createReadStream',
          unit: 'MB/s',
          contest: result,
          aim: { atLeast: 0.9 }
        }
      ]
    }
  } finally {
    await Promise.all([ours.stop(), baseline.stop()])
  }
}

export const largeFiles: BenchCase[] = [
  { name: 'upload-large', about: '1 GiB, one client: speed and memory', run: upload },
  { name: 'download', about: '1 GiB through a signed URL of the disk driver', run: download }
]
