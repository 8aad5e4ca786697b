import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { PROBED_FROM } from '../../core/webhooks.js'
import { withDatabase } from '../../db/database-url.js'
import { startChild } from '../../scripts/start/children.js'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { contest, median } from '../harness/contest.js'
import { startOurs } from '../harness/contenders.js'
import { fillLog } from '../harness/fill-log.js'
import { createWebhook, listen, LOCAL_WEBHOOKS, type WebhookTenant } from '../harness/webhook-receiver.js'

/** The number of tenants whose receivers answer at once. */
const TENANTS = 8
/** The places of a lane, and a larger number of tenants whose receivers never answer. */
const PLACES = 32
const SILENT = 40
/** Events that a measurement delivers for each tenant. */
const EVENTS = 500
const SETTINGS = {
  ...LOCAL_WEBHOOKS,
  WEBHOOK_CONCURRENCY: String(PLACES)
}

/** Measures deliveries per second of events already in the logs, alone and while other receivers never answer. */
async function run({ rounds, installation, progress }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation, SETTINGS)
  const worker = startChild('worker', 'workers/main', {
    ...process.env,
    ...installation.environment,
    ...SETTINGS
  })
  const main = postgres(installation.config.database.url, { max: 1, onnotice: () => undefined })
  let received = 0
  const works = await listen((response) => {
    received += 1
    response.end()
  })
  const isSilent = await listen(() => undefined)

  async function createWebhooks(url: string, count: number): Promise<WebhookTenant[]> {
    const tenants = []
    for (let n = 1; n <= count; n++) {
      progress(`tenant ${n} of ${count}`)
      tenants.push(await createWebhook(ours, url))
    }
    return tenants
  }

  const fill = ({ database_name }: WebhookTenant) =>
    fillLog(withDatabase(installation.config.database.url, database_name), EVENTS)

  const makeDue = (tenants: WebhookTenant[]) =>
    main`update webhook_endpoints set due_at = now()
      where tenant_id in ${main(tenants.map(({ id }) => id))} and leased_until is null`

  /** Deliveries per second, from the moment when the webhooks become due. */
  async function deliver(tenants: WebhookTenant[]): Promise<number> {
    for (const tenant of tenants) await fill(tenant)
    const expected = received + tenants.length * EVENTS
    const start = performance.now()
    await makeDue(tenants)
    while (received < expected) await delay(1)
    return (tenants.length * EVENTS * 1000) / (performance.now() - start)
  }

  async function untilNone(
    tenants: WebhookTenant[],
    condition: postgres.PendingQuery<postgres.Row[]>
  ): Promise<void> {
    const ids = tenants.map(({ id }) => id)
    const some = () =>
      main`select from webhook_endpoints where tenant_id in ${main(ids)} and ${condition} limit 1`
    while ((await some()).length > 0) await delay(100)
  }

  try {
    await worker.ready
    const tenants = await createWebhooks(works.url, TENANTS)
    const [one] = tenants as [WebhookTenant]
    await deliver(tenants)
    const single: number[] = []
    for (let round = 1; round <= rounds; round++) {
      progress(`one webhook, round ${round} of ${rounds}`)
      single.push(await deliver([one]))
    }
    const silent = await createWebhooks(isSilent.url, SILENT)
    for (const tenant of silent) await fill(tenant)
    await makeDue(silent)
    progress('waiting until the silent receivers are only probed')
    await untilNone(silent, main`failures < ${PROBED_FROM}`)
    const isolation = await contest(
      rounds,
      async () => {
        await makeDue(silent)
        return deliver(tenants)
      },
      async () => {
        await untilNone(silent, main`leased_until is not null`)
        return deliver(tenants)
      },
      (round) => progress(`round ${round} of ${rounds}`)
    )
    return {
      figures: [
        { what: 'deliveries of one webhook', value: median(single), unit: '/s' },
        { what: `deliveries of ${TENANTS} webhooks`, value: median(isolation.baseline), unit: '/s' }
      ],
      results: [
        {
          what: `deliveries while ${SILENT} other receivers never answer`,
          against: 'the same while none of them is probed',
          unit: '/s',
          contest: isolation,
          aim: { atLeast: 0.8 }
        }
      ]
    }
  } finally {
    await worker.stop()
    await ours.stop()
    await main.end()
    works.close()
    isSilent.close()
  }
}

export const webhooks: BenchCase = {
  name: 'webhooks',
  about: 'deliveries to webhooks, alone and beside receivers that never answer',
  run
}
