import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { startOurs } from '../harness/contenders.js'
import { cpuContest } from '../harness/cpu-contest.js'
import { load } from '../harness/load.js'
import { cpuOf, cpuOfFamily } from '../harness/process.js'
import { uploadDocument } from '../harness/transfer.js'
import { postmasterOf } from '../installation.js'

const SIZE = 10 * 1024

/**
 * Reads a short document through `/content`, which checks who may read it, and through a signed URL, which need not.
 */
async function compare({ rounds, seconds, installation, progress }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation, { LOG_LEVEL: 'info' })
  const base = `${ours.url}/api/tenants/${ours.tenant.id}`
  const postgres = postmasterOf(installation)
  try {
    const { id } = await uploadDocument(base, SIZE, ours.headers)
    const document = `${base}/documents/${id}`
    const redirect = await fetch(`${document}/download`, { headers: ours.headers, redirect: 'manual' })
    const signed = String(redirect.headers.get('location'))
    const cpu = () => cpuOf(ours.pid) + cpuOfFamily(postgres)
    const { rate, cpu: cost } = await cpuContest(
      rounds,
      { load: () => load({ url: `${document}/content`, duration: seconds, headers: ours.headers }), cpu },
      { load: () => load({ url: signed, duration: seconds }), cpu },
      (round) => progress(`round ${round} of ${rounds}`)
    )
    const what = 'GET the content of 10 KiB'
    const against = 'a signed URL of it'
    return {
      results: [
        { what, against, unit: 'req/s', contest: rate },
        { what: `${what}: CPU per request`, against, unit: 'µs', contest: cost, aim: { atMost: 1.5 } }
      ]
    }
  } finally {
    await ours.stop()
  }
}

export const content: BenchCase = {
  name: 'content',
  about: 'a document of 10 KiB through /content and through a signed URL',
  run: compare
}
