import { setTimeout as delay } from 'node:timers/promises'
import { createParser } from 'eventsource-parser'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { quantile } from '../harness/contest.js'
import { startOurs, type OurServer } from '../harness/contenders.js'
import { fillTenant } from '../harness/fill.js'
import { fillLog } from '../harness/fill-log.js'

const BACKLOG = 50_000
/** Changes per second while a stream is open, and the number of seconds. */
const RATE = 300
const STEADY_S = 20
/** Milliseconds between two bursts of changes. */
const TICK_MS = 10

interface Page {
  data: { items: unknown[]; next_cursor: string; has_more: boolean }
}

/** Reads the feed from the oldest event to the newest. @returns events per second */
async function read({ url, headers, tenant }: OurServer): Promise<number> {
  const feed = `${url}/api/tenants/${tenant.id}/events?limit=500`
  const start = performance.now()
  let count = 0
  for (let after = ''; ;) {
    const response = await fetch(feed + after, { headers })
    if (!response.ok) throw new Error(await response.text())
    const { items, next_cursor, has_more } = ((await response.json()) as Page).data
    count += items.length
    if (!has_more) return (count * 1000) / (performance.now() - start)
    after = `&after=${encodeURIComponent(next_cursor)}`
  }
}

/**
 * Opens a stream, and calls `onName` with the new name of each renamed document.
 * @returns `ended` resolves with the reason when the stream has ended, by the signal or an error
 */
async function watchNames(
  { url, headers, tenant }: OurServer,
  onName: (name: string) => void,
  signal: AbortSignal
): Promise<{ ended: Promise<unknown> }> {
  const stream = `${url}/api/tenants/${tenant.id}/events/stream?after=latest&types=document.updated`
  const response = await fetch(stream, { headers: { ...headers, accept: 'text/event-stream' }, signal })
  if (response.body === null || !response.ok) throw new Error(`The stream: ${response.status}`)
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event === 'document.updated')
        onName((JSON.parse(data) as { data: { filename: string } }).data.filename)
    }
  })
  const read = async (body: AsyncIterable<unknown>) => {
    const text = new TextDecoder()
    for await (const chunk of body) parser.feed(text.decode(chunk as Uint8Array, { stream: true }))
    return new Error('The stream ended')
  }
  return { ended: read(response.body).catch((error: unknown) => error) }
}

async function someDocuments({ url, headers, tenant }: OurServer): Promise<string[]> {
  const response = await fetch(`${url}/api/tenants/${tenant.id}/documents?per_page=100&fields=filename`, {
    headers
  })
  if (!response.ok) throw new Error(await response.text())
  return ((await response.json()) as { data: { items: { id: string }[] } }).data.items.map(({ id }) => id)
}

/** Milliseconds from each request that renames a document until the stream reports the new name. */
async function streamed(ours: OurServer, rate: number): Promise<number[]> {
  const documents = await someDocuments(ours)
  const sent = new Map<string, number>()
  const times: number[] = []
  const end = new AbortController()
  const { ended } = await watchNames(
    ours,
    (name) => {
      const at = sent.get(name)
      if (at !== undefined) times.push(performance.now() - at)
    },
    end.signal
  )
  const rename = async (count: number) => {
    const name = `${count}.pdf`
    sent.set(name, performance.now())
    const id = documents[count % documents.length] ?? ''
    const response = await fetch(`${ours.url}/api/tenants/${ours.tenant.id}/documents/${id}`, {
      method: 'PUT',
      headers: { ...ours.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ filename: name })
    })
    if (!response.ok) throw new Error(await response.text())
    await response.arrayBuffer()
  }
  const renames: Promise<void>[] = []
  const start = performance.now()
  while (performance.now() - start < STEADY_S * 1000) {
    const due = Math.floor(((performance.now() - start) * rate) / 1000)
    while (renames.length < due) renames.push(rename(renames.length))
    await delay(TICK_MS)
  }
  await Promise.all(renames)
  const failure = await Promise.race([ended, untilAll()])
  end.abort()
  if (failure !== undefined) throw failure as Error
  return times

  async function untilAll(): Promise<undefined> {
    while (times.length < renames.length && !end.signal.aborted) await delay(TICK_MS)
    return undefined
  }
}

/**
 * Measures how fast a tenant's feed is read from its beginning, and the delay of a live stream while documents change.
 */
async function run({ installation, rounds, progress }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation)
  try {
    await fillTenant(installation, ours, 1_000)
    await fillLog(installation.databaseUrl(ours.tenant.database_name), BACKLOG)
    await read(ours)
    const rates: number[] = []
    for (let round = 1; round <= rounds; round++) {
      progress(`reading ${BACKLOG} events, round ${round} of ${rounds}`)
      rates.push(await read(ours))
    }
    progress(`${RATE} changes a second beside a stream`)
    const times = await streamed(ours, RATE)
    const what = `from a change to a stream, at ${RATE} renames a second`
    return {
      figures: [
        {
          what: 'events of a backlog, read from the feed',
          value: quantile(rates, 0.5),
          unit: '/s',
          aim: { atLeast: 10_000 }
        },
        { what: `p50 ${what}`, value: quantile(times, 0.5), unit: 'ms' },
        { what: `p99 ${what}`, value: quantile(times, 0.99), unit: 'ms', aim: { atMost: 250 } }
      ]
    }
  } finally {
    await ours.stop()
  }
}

export const feed: BenchCase = {
  name: 'feed',
  about: 'events read from the feed, and from a change to a live stream',
  run
}
