import type { Options } from 'autocannon'
import type { BenchCase, CaseContext, Findings, Result } from '../harness/case.js'
import { contest } from '../harness/contest.js'
import { startBaseline, startOurs } from '../harness/contenders.js'
import { fillBaseline, fillTenant } from '../harness/fill.js'
import { requestsPerSecond } from '../harness/load.js'
import { uniqueUploads } from '../harness/unique-uploads.js'

const DOCUMENTS = 1_000

interface Comparison {
  name: string
  what: string
  against: string
  atLeast: number
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
    ours: ({ base, documentId }) => ({ url: `${base}/documents/${documentId}` }),
    baseline: ({ url, documentId }) => ({ url: `${url}/documents/${documentId}` })
  },
  {
    name: 'list',
    what: 'GET a list of 20',
    against: 'bare Fastify + JWT + the same list with its total',
    atLeast: 0.9,
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
    atLeast: 0.75,
    ours: ({ base }) => uniqueUploads(`${base}/documents`),
    baseline: ({ url }) => uniqueUploads(`${url}/documents`)
  }
]

async function compare(
  { name: _, what, against, atLeast, ...makers }: Comparison,
  { rounds, seconds, installation, progress }: CaseContext
): Promise<Findings> {
  progress('starting both servers')
  const ids = await fillBaseline(installation, DOCUMENTS)
  const baseline = await startBaseline(installation, 'http')
  const ours = await startOurs(installation)
  try {
    const documentId = await fillTenant(installation, ours, DOCUMENTS)
    const base = `${ours.url}/api/tenants/${ours.tenant.id}`
    const measure = (options: Options) => () =>
      requestsPerSecond({ ...options, duration: seconds, headers: { ...options.headers, ...ours.headers } })
    const result = await contest(
      rounds,
      measure(makers.ours({ base, documentId, url: ours.url })),
      measure(makers.baseline({ url: baseline.url, ...ids })),
      (round) => progress(`round ${round} of ${rounds}`)
    )
    const found: Result = { what, against, unit: 'req/s', contest: result, aim: { atLeast } }
    return { results: [found] }
  } finally {
    await Promise.all([ours.stop(), baseline.stop()])
  }
}

/** What a client does all day: one case per kind of request. */
export const requests: BenchCase[] = COMPARISONS.map((comparison) => ({
  name: comparison.name,
  about: comparison.what,
  run: (context) => compare(comparison, context)
}))
