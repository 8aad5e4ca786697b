import { cpus } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { verify, hash } from '@node-rs/argon2'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { contest } from '../harness/contest.js'
import { startOurs, type OurServer } from '../harness/contenders.js'
import { fillTenant } from '../harness/fill.js'
import { p99During } from '../harness/latency.js'
import { memoryGrowth } from '../harness/process.js'
import { removeDocument, uploadDocument } from '../harness/transfer.js'
import { PASSWORD, signUp } from '../installation.js'

const MIB = 1024 ** 2
const UPLOADS = 20
const UPLOAD_SIZE = 200 * MIB
const IDLE_MS = 5_000
const COST = { memoryCost: 19_456, timeCost: 2 }

/** The p99 of a GET while `work` runs, compared with the p99 while nothing else runs. */
async function slowdown(
  { installation }: CaseContext,
  ours: OurServer,
  what: string,
  work: () => Promise<unknown>
): Promise<Required<Findings>['figures']> {
  const documentId = await fillTenant(installation, ours, 1_000)
  const url = `${ours.url}/api/tenants/${ours.tenant.id}/documents/${documentId}`
  await p99During(url, ours.headers, () => delay(IDLE_MS))
  const idle = await p99During(url, ours.headers, () => delay(IDLE_MS))
  const loaded = await p99During(url, ours.headers, work)
  return [
    { what: 'p99 of a GET, nothing else', value: idle, unit: 'ms' },
    { what: `p99 of a GET during ${what}`, value: loaded, unit: 'ms' },
    { what: `… times the idle one`, value: loaded / idle, unit: '×', aim: { atMost: 3 } }
  ]
}

async function manyUploads(context: CaseContext): Promise<Findings> {
  const ours = await startOurs(context.installation, { MAX_UPLOAD_BYTES: String(UPLOAD_SIZE) })
  const base = `${ours.url}/api/tenants/${ours.tenant.id}`
  let growth = 0
  const documents: { id: string; file_id: string }[] = []
  const upload = async () => {
    documents.push(await uploadDocument(base, UPLOAD_SIZE, ours.headers))
  }
  try {
    await removeDocument(base, await uploadDocument(base, 16 * MIB, ours.headers), ours.headers)
    context.progress(`${UPLOADS} uploads of 200 MiB at once`)
    const figures = await slowdown(context, ours, 'the uploads', async () => {
      growth = await memoryGrowth(ours.pid, () => Promise.all(Array.from({ length: UPLOADS }, upload)))
    })
    for (const document of documents) await removeDocument(base, document, ours.headers)
    const memory = { what: 'upload 200 MiB × 20 clients: RSS growth', value: growth, unit: 'MiB' }
    return { figures: [{ ...memory, aim: { atMost: 256 } }, ...figures] }
  } finally {
    await ours.stop()
  }
}

/** Repeats work for `seconds`, `atOnce` at a time. @returns repetitions per second */
async function perSecond(seconds: number, atOnce: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  const end = start + seconds * 1000
  let count = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() < end) {
        await work()
        count += 1
      }
    })
  )
  return (count / (performance.now() - start)) * 1000
}

async function logIns(context: CaseContext): Promise<Findings> {
  const { installation, rounds, seconds, progress } = context
  const ours = await startOurs(installation, {
    PASSWORD_HASH_MEMORY_KIB: String(COST.memoryCost),
    PASSWORD_HASH_ITERATIONS: String(COST.timeCost),
    RATE_LIMIT_AUTH: '1000000'
  })
  const hashed = await hash(PASSWORD, COST)
  // Not the account of the reader, since so many log-ins end its older sessions.
  const { email } = await signUp(ours.url)
  const body = JSON.stringify({ email, password: PASSWORD })
  const logIn = async () => {
    const response = await fetch(`${ours.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body
    })
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`The log-in was answered with ${response.status}`)
  }
  try {
    const result = await contest(
      rounds,
      () => perSecond(seconds, 2 * cpus().length, logIn),
      () => perSecond(seconds, cpus().length, () => verify(hashed, PASSWORD)),
      (round) => progress(`round ${round} of ${rounds}`)
    )
    const figures = await slowdown(context, ours, 'log-ins', () =>
      perSecond(IDLE_MS / 1000, 2 * cpus().length, logIn)
    )
    const against = 'argon2id at the same cost on all cores'
    return {
      results: [{ what: 'log-ins', against, unit: '/s', contest: result, aim: { atLeast: 0.9 } }],
      figures
    }
  } finally {
    await ours.stop()
  }
}

export const underLoad: BenchCase[] = [
  { name: 'upload-many', about: '20 × 200 MiB at once: memory, and the p99 of a GET', run: manyUploads },
  { name: 'log-ins', about: 'log-ins, and the p99 of a GET during them', run: logIns }
]
