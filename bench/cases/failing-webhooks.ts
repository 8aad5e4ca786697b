import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { withDatabase } from '../../db/database-url.js'
import { startChild } from '../../scripts/start/children.js'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { contest, quantile } from '../harness/contest.js'
import { startOurs } from '../harness/contenders.js'
import { fillLog } from '../harness/fill-log.js'
import { uploadDocument } from '../harness/transfer.js'
import { createWebhook, listen, LOCAL_WEBHOOKS, type WebhookTenant } from '../harness/webhook-receiver.js'

const MIB = 1024 ** 2
/** The number of tenants whose receivers work, and their changes per second in total. */
const TENANTS = 4
const RATE = 40
/**
 * The number of tenants whose receivers fail in each of the ways below, and of events that wait for each in a window.
 */
const FAILING = 5
const WAITING = 20
const TICK_MS = 10
/** Milliseconds after which the failing webhooks are due again, instead of seconds to hours. */
const DUE_MS = 500

/** The ways in which receivers fail. */
const WAYS: Record<string, (response: ServerResponse) => void> = {
  silence: () => undefined,
  reset: (response) => response.socket?.resetAndDestroy(),
  'a slow body'(response) {
    response.writeHead(200)
    const timer = setInterval(() => response.write('.'), 500)
    response.once('close', () => clearInterval(timer))
  },
  redirect: (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  'too many requests': (response) => response.writeHead(429, { 'retry-after': '1' }).end(),
  'server error': (response) => response.writeHead(500).end(),
  gone: (response) => response.writeHead(410).end(),
  '20 MiB': (response) => response.end(Buffer.alloc(20 * MIB))
}

/**
 * Measures the time from a change to its delivery, while other tenants' receivers fail in every way and while none is
 * called.
 */
async function run({ rounds, seconds, installation, progress }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation, LOCAL_WEBHOOKS)
  const worker = startChild('worker', 'workers/main', {
    ...process.env,
    ...installation.environment,
    ...LOCAL_WEBHOOKS
  })
  const main = postgres(installation.config.database.url, { max: 1, onnotice: () => undefined })
  const sent = new Map<string, number>()
  const times: number[] = []
  const works = await listen((response, body) => {
    const { data } = JSON.parse(body) as { data: { filename?: string } }
    const at = sent.get(data.filename ?? '')
    if (at !== undefined) times.push(performance.now() - at)
    response.end()
  })
  const broken = await Promise.all(Object.values(WAYS).map((fail) => listen(fail)))
  // TLS to a server that does not speak it.
  const urls = [...broken.map(({ url }) => url), works.url.replace('http:', 'https:')]

  const failing: WebhookTenant[] = []
  /** The URLs of documents of the tenants whose receivers work. */
  const documents: string[] = []

  async function prepare(): Promise<void> {
    for (let n = 0; n < TENANTS; n++) {
      const tenant = await createWebhook(ours, works.url)
      const base = `${ours.url}/api/tenants/${tenant.id}`
      const { id } = await uploadDocument(base, 1_000, ours.headers)
      documents.push(`${base}/documents/${id}`)
    }
    for (const url of urls)
      for (let n = 0; n < FAILING; n++) {
        progress(`tenant ${failing.length + 1} of ${urls.length * FAILING}`)
        failing.push(await createWebhook(ours, url))
      }
  }

  const ofFailing = () => main`tenant_id in ${main(failing.map(({ id }) => id))}`

  let count = 0
  async function rename(): Promise<void> {
    const name = `${++count}.pdf`
    const url = documents[count % documents.length] ?? ''
    sent.set(name, performance.now())
    const response = await fetch(url, {
      method: 'PUT',
      headers: { ...ours.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ filename: name })
    })
    if (!response.ok) throw new Error(await response.text())
    await response.arrayBuffer()
  }

  /** Renames documents for the length of a window. @returns the p99 of their deliveries, in milliseconds */
  async function window(beside: (signal: AbortSignal) => Promise<void>): Promise<number> {
    const over = new AbortController()
    const others = beside(over.signal)
    times.length = 0
    const renames: Promise<void>[] = []
    const start = performance.now()
    while (performance.now() - start < seconds * 1000) {
      const due = ((performance.now() - start) * RATE) / 1000
      while (renames.length < due) renames.push(rename())
      await delay(TICK_MS)
    }
    await Promise.all(renames)
    while (times.length < renames.length) await delay(TICK_MS)
    over.abort()
    await others
    return quantile(times, 0.99)
  }

  async function fail(signal: AbortSignal): Promise<void> {
    for (const { database_name } of failing)
      await fillLog(withDatabase(installation.config.database.url, database_name), WAITING)
    while (!signal.aborted) {
      await main`update webhook_endpoints set due_at = now() where ${ofFailing()} and leased_until is null`
      await delay(DUE_MS)
    }
  }

  async function rest(): Promise<void> {
    await main`update webhook_endpoints set due_at = now() + interval '1 hour' where ${ofFailing()}`
    const isBusy = () =>
      main`select from webhook_endpoints where ${ofFailing()} and leased_until > now() limit 1`
    while ((await isBusy()).length > 0) await delay(100)
  }

  try {
    await worker.ready
    await prepare()
    const result = await contest(
      rounds,
      async () => window(fail),
      async () => {
        await rest()
        return window(async () => undefined)
      },
      (round) => progress(`round ${round} of ${rounds}`)
    )
    return {
      results: [
        {
          what: `from a change to its delivery, p99, while ${failing.length} other receivers fail`,
          against: 'while none of them is called',
          unit: 'ms',
          contest: result,
          aim: { atMost: 1.5 }
        }
      ]
    }
  } finally {
    await worker.stop()
    await ours.stop()
    await main.end()
    for (const receiver of [works, ...broken]) receiver.close()
  }
}

export const failingWebhooks: BenchCase = {
  name: 'webhooks-failing',
  about: 'the time until a delivery, beside receivers that fail in every way',
  run
}
