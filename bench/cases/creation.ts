import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { contest, median } from '../harness/contest.js'
import { startOurs } from '../harness/contenders.js'
import { createTenant } from '../installation.js'

const SPARES = 3
/** Creations per measurement. */
const CREATIONS = 5
/** Milliseconds to wait after the refill, so that it does not disturb the next measurement. */
const QUIET_MS = 50

/** @returns the median duration of the work in milliseconds */
async function medianOf(work: () => Promise<() => Promise<unknown>>): Promise<number> {
  const times = []
  for (let n = 0; n < CREATIONS; n++) {
    const run = await work()
    const start = performance.now()
    await run()
    times.push(performance.now() - start)
  }
  return median(times)
}

async function run({ rounds, installation, progress }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation, { TENANT_SPARES: String(SPARES) })
  const sql = postgres(installation.config.database.url, { max: 1, onnotice: () => undefined })

  /** Waits until all spares exist, and no more are being made. @returns the template they were cloned from */
  async function refilled(): Promise<string> {
    for (;;) {
      const spares = await sql<{ template: string }[]>`select template from tenant_spares`
      if (spares.length >= SPARES) {
        await delay(QUIET_MS)
        return String(spares[0]?.template)
      }
      await delay(10)
    }
  }

  const create = () => createTenant(ours.url, ours.token)
  const withSpare = () =>
    medianOf(async () => {
      await refilled()
      return create
    })
  // A creation that finds all spares locked clones the template itself.
  const withoutSpare = () =>
    medianOf(async () => {
      await sql`commit`
      await refilled()
      await sql`begin`
      await sql`select from tenant_spares for update`
      return create
    }).finally(() => sql`commit`)
  const clone = () =>
    medianOf(async () => {
      const template = await refilled()
      return () =>
        sql`create database ${sql(`bare_${randomBytes(6).toString('hex')}`)} template ${sql(template)}`
    })
  const firstUse = () =>
    medianOf(async () => {
      const { id } = await create()
      await refilled()
      return async () => {
        const answer = await fetch(`${ours.url}/api/tenants/${id}/usage`, { headers: ours.headers })
        if (!answer.ok) throw new Error(await answer.text())
        await answer.arrayBuffer()
      }
    })

  const compare = (what: string, work: () => Promise<number>) =>
    contest(rounds, work, clone, (round) => progress(`${what}, round ${round} of ${rounds}`))
  try {
    const warm = await compare('with a spare', withSpare)
    const cold = await compare('without a spare', withoutSpare)
    const opens: number[] = []
    for (let round = 1; round <= rounds; round++) {
      progress(`first use, round ${round} of ${rounds}`)
      opens.push(await firstUse())
    }
    const against = 'a raw CREATE DATABASE … TEMPLATE'
    return {
      results: [
        { what: 'create tenant, with a spare', against, unit: 'ms', contest: warm, aim: { atMost: 0.4 } },
        { what: 'create tenant, without a spare', against, unit: 'ms', contest: cold }
      ],
      figures: [
        { what: 'create tenant, with a spare', value: median(warm.ours), unit: 'ms', aim: { atMost: 10 } },
        {
          what: 'first request to a tenant, which opens it',
          value: median(opens),
          unit: 'ms',
          aim: { atMost: 15 }
        }
      ]
    }
  } finally {
    await sql.end()
    await ours.stop()
  }
}

export const creation: BenchCase = { name: 'creation', about: 'creating a tenant, and opening it', run }
