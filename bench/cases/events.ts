import { randomUUID } from 'node:crypto'
import { Api } from '../events/api.js'
import { startWorker } from '../events/worker-process.js'
import { quantile } from '../harness/contest.js'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'

const TENANTS = 50
const WARM_UP = 3_000
const BACKLOG = 60_000
const RATE = 3_000
const STEADY_S = 10
const POISONED = 0.01

/**
 * Measures events from the committed row to the end of a handler that parses them and checks their order: first a
 * backlog, then a steady rate, then a backlog in which some events cannot be handled and become dead letters.
 */
async function run({ installation, progress }: CaseContext): Promise<Findings> {
  const environment = {
    ...installation.environment,
    DATABASE_URL: installation.databaseUrl('events'),
    // A real broker, if scripts/with-real-services.ts has started one.
    KAFKA_BROKERS: process.env['TEST_KAFKA_BROKERS'] ?? String(installation.environment['KAFKA_BROKERS']),
    KAFKA_TOPIC_PREFIX: `bench-${randomUUID()}`,
    KAFKA_GROUP_ID: randomUUID(),
    // Enough connections for a pool of each tenant.
    TENANT_POOL_SIZE: '2',
    TENANT_MAX_CONNECTIONS: String(2 * TENANTS)
  }
  const api = await Api.start(environment, TENANTS, (created) => progress(`${created} of ${TENANTS} tenants`))
  const worker = startWorker(environment)

  /** Events per second, from when the relay is nudged until the last handler has ended. */
  async function drain(count: number, poison = 0): Promise<number> {
    const before = worker.done()
    await api.fill(count, poison)
    const start = performance.now()
    api.relayAll()
    await worker.reached(before + count)
    return (count / (performance.now() - start)) * 1000
  }

  /** Events handled per second while `rate` are written, and the 99th percentile of their lag in milliseconds. */
  async function steady(rate: number): Promise<{ handled: number; p99: number }> {
    const before = worker.done()
    const start = performance.now()
    const written = await api.write(rate, STEADY_S)
    const handled = ((worker.done() - before) / (performance.now() - start)) * 1000
    await worker.reached(before + written)
    return { handled, p99: quantile(Object.values((await worker.report()).lags).flat(), 0.99) }
  }

  try {
    await worker.ready
    progress('warming up')
    await drain(WARM_UP)
    progress(`a backlog of ${BACKLOG} events`)
    const drained = await drain(BACKLOG)
    await worker.report()
    progress(`${RATE} events a second`)
    const full = await steady(RATE)
    progress(`${RATE / 2} events a second`)
    const half = await steady(RATE / 2)
    progress(`a backlog of ${BACKLOG} events, some of which cannot be handled`)
    const poisoned = await drain(BACKLOG, POISONED)
    const { disorder } = await worker.report()
    return {
      figures: [
        { what: 'events of a backlog, row to handled', value: drained, unit: '/s', aim: { atLeast: RATE } },
        { what: `handled while ${RATE}/s are written`, value: full.handled, unit: '/s' },
        { what: `p99 lag at ${RATE}/s`, value: full.p99, unit: 'ms' },
        { what: `p99 lag at ${RATE / 2}/s`, value: half.p99, unit: 'ms', aim: { atMost: 1_000 } },
        { what: 'a backlog with 1 in 100 dead letters', value: poisoned, unit: '/s' },
        { what: 'events out of the order of their tenant', value: disorder, unit: '', aim: { atMost: 0 } }
      ]
    }
  } finally {
    worker.stop()
    await api.close()
  }
}

export const events: BenchCase = {
  name: 'events',
  about: 'events of 50 tenants, from the committed row to the handler',
  run
}
