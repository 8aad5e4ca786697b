import autocannon, { type Options } from 'autocannon'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { startOurs } from '../harness/contenders.js'
import { fillTenant } from '../harness/fill.js'
import { CONNECTIONS } from '../harness/load.js'
import { rssOf } from '../harness/process.js'
import { uniqueUploads } from '../harness/unique-uploads.js'

const MINUTES = 10
const MINUTE_S = 60
/** How many of the 32 clients send each kind of request. */
const SHARES = { get: 16, list: 8, put: 6, upload: CONNECTIONS - 30 }

/** Measures ten minutes of the same mix, minute by minute: leaks and build-up show in the last one. */
async function run({ installation, progress }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation)
  const documentId = await fillTenant(installation, ours, 1_000)
  const documents = `${ours.url}/api/tenants/${ours.tenant.id}/documents`
  const mix: (Options & { connections: number })[] = [
    { url: `${documents}/${documentId}`, connections: SHARES.get },
    { url: documents, connections: SHARES.list },
    {
      url: `${documents}/${documentId}`,
      connections: SHARES.put,
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ filename: 'annual report.pdf' })
    },
    { ...uniqueUploads(documents), connections: SHARES.upload }
  ]

  async function minute(): Promise<number> {
    const results = await Promise.all(
      mix.map((options) =>
        autocannon({ ...options, duration: MINUTE_S, headers: { ...options.headers, ...ours.headers } })
      )
    )
    const failed = results.reduce((sum, { non2xx, errors }) => sum + non2xx + errors, 0)
    if (failed > 0) throw new Error(`${failed} requests failed`)
    return results.reduce((sum, result) => sum + result['2xx'], 0) / MINUTE_S
  }

  try {
    const rates: number[] = []
    const memory: number[] = []
    for (let number = 1; number <= MINUTES; number++) {
      progress(`minute ${number} of ${MINUTES}`)
      rates.push(await minute())
      memory.push(rssOf(ours.pid))
    }
    const [first = NaN, last = NaN] = [rates[0], rates.at(-1)]
    return {
      results: [
        {
          what: 'the last of ten minutes of mixed load',
          against: 'the first one',
          unit: 'req/s',
          contest: { ours: [last], baseline: [first], ratios: [last / first] },
          aim: { atLeast: 0.95 }
        }
      ],
      figures: [
        { what: 'RSS after the first minute', value: memory[0] ?? NaN, unit: 'MiB' },
        { what: 'RSS after the last minute', value: memory.at(-1) ?? NaN, unit: 'MiB' }
      ]
    }
  } finally {
    await ours.stop()
  }
}

export const steady: BenchCase = {
  name: 'steady',
  about: 'ten minutes of mixed load: the last minute against the first',
  onlyByName: true,
  run
}
