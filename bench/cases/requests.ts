import type { Options } from 'autocannon'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { startBaseline, startOurs } from '../harness/contenders.js'
import { cpuContest } from '../harness/cpu-contest.js'
import { fillBaseline, fillTenant } from '../harness/fill.js'
import { load } from '../harness/load.js'
import { cpuOf, cpuOfFamily } from '../harness/process.js'
import { uniqueUploads } from '../harness/unique-uploads.js'
import { startVerifier } from '../harness/verifier.js'
import { postmasterOf } from '../installation.js'

const DOCUMENTS = 1_000

interface Comparison {
  name: string
  what: string
  against: string
  atLeast: number
  /** The aim for the processor time per request, as a multiple of the baseline's. */
  cpuAtMost?: number
  /** Counts the processor time of the worker too, which verifies the uploaded files. */
  verified?: boolean
  ours: (at: { base: string; documentId: string; url: string }) => Options
  baseline: (at: { url: string; documentId: string; userId: string }) => Options
}

const rename = (url: string): Options => ({
  url,
  method: 'PUT',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ filename: 'annual report.pdf' })
})

const COMPARISONS: Comparison[] = [
  {
    name: 'get',
    what: 'GET one document',
    against: 'bare Fastify + JWT + the same row',
    atLeast: 0.9,
    cpuAtMost: 1,
    ours: ({ base, documentId }) => ({ url: `${base}/documents/${documentId}` }),
    baseline: ({ url, documentId }) => ({ url: `${url}/documents/${documentId}` })
  },
  {
    name: 'list',
    what: 'GET a list of 20',
    against: 'bare Fastify + JWT + the same list with its total',
    atLeast: 0.9,
    cpuAtMost: 1,
    ours: ({ base }) => ({ url: `${base}/documents` }),
    baseline: ({ url }) => ({ url: `${url}/documents` })
  },
  {
    name: 'me',
    what: 'GET /api/users/me',
    against: 'bare Fastify + JWT + a read by primary key',
    atLeast: 0.9,
    ours: ({ url }) => ({ url: `${url}/api/users/me` }),
    baseline: ({ url, userId }) => ({ url: `${url}/users/${userId}` })
  },
  {
    name: 'put',
    what: 'PUT document, its events included',
    against: 'bare UPDATE + INSERT in one statement',
    atLeast: 0.75,
    ours: ({ base, documentId }) => rename(`${base}/documents/${documentId}`),
    baseline: ({ url, documentId }) => rename(`${url}/documents/${documentId}`)
  },
  {
    name: 'upload',
    what: 'upload 10 KiB, 32 clients',
    against: 'bare multipart + MD5 + fsynced file + one INSERT',
    atLeast: 0.6,
    cpuAtMost: 2.2,
    verified: true,
    ours: ({ base }) => uniqueUploads(`${base}/documents`),
    baseline: ({ url }) => uniqueUploads(`${url}/documents`)
  }
]

/**
 * Compares both servers with their request logs on. Processor time is that of the server's processes and PostgreSQL.
 */
async function compare(
  { what, against, atLeast, cpuAtMost, verified = false, ...makers }: Comparison,
  { rounds, seconds, installation, progress }: CaseContext
): Promise<Findings> {
  progress('starting both servers')
  const logging = { LOG_LEVEL: 'info' }
  const ids = await fillBaseline(installation, DOCUMENTS)
  const baseline = await startBaseline(installation, 'http', logging)
  const ours = await startOurs(installation, logging)
  const verifier = verified ? await startVerifier(installation, ours.tenant) : undefined
  try {
    const documentId = await fillTenant(installation, ours, DOCUMENTS)
    const base = `${ours.url}/api/tenants/${ours.tenant.id}`
    const postgres = postmasterOf(installation)
    const send = async (options: Options) =>
      await load({ ...options, duration: seconds, headers: { ...options.headers, ...ours.headers } })
    const { rate, cpu } = await cpuContest(
      rounds,
      {
        load: async () => {
          const sent = await send(makers.ours({ base, documentId, url: ours.url }))
          await verifier?.done()
          return sent
        },
        cpu: () => cpuOf(ours.pid) + (verifier ? cpuOf(verifier.pid) : 0) + cpuOfFamily(postgres)
      },
      {
        load: async () => await send(makers.baseline({ url: baseline.url, ...ids })),
        cpu: () => cpuOf(baseline.pid) + cpuOfFamily(postgres)
      },
      (round) => progress(`round ${round} of ${rounds}`)
    )
    const aim = cpuAtMost === undefined ? {} : { aim: { atMost: cpuAtMost } }
    return {
      results: [
        { what, against, unit: 'req/s', contest: rate, aim: { atLeast } },
        { what: `${what}: CPU per request`, against: 'the same', unit: 'µs', contest: cpu, ...aim }
      ]
    }
  } finally {
    await Promise.all([ours.stop(), baseline.stop(), verifier?.stop()])
  }
}

/** The everyday requests of a client: one case for each kind. */
export const requests: BenchCase[] = COMPARISONS.map((comparison) => ({
  name: comparison.name,
  about: comparison.what,
  run: (context) => compare(comparison, context)
}))
