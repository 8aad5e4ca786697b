import type { EventType } from '../../core/events.js'
import { readEvents, type ReadEvent } from '../events/read-events.js'
import { printable } from '../operator/printable.js'
import { expect } from './expect.js'
import type { Server } from './find-server.js'
import type { Owner } from './people.js'
import { checked, line, note, shorten } from './print.js'

const DEADLINE_MS = 120_000

/** The minimum number of events of each type. */
type Expected = Partial<Record<EventType, number>>

/**
 * Reads these tenants' events from Kafka until all expected ones have arrived, and shows them.
 * @returns the number of events, or undefined if the brokers are unknown
 */
export async function showEvents(
  { brokers, topicPrefix }: Server,
  owners: Owner[],
  expected: Expected,
  signal: AbortSignal
): Promise<number | undefined> {
  if (brokers === undefined) {
    note(
      "The tour does not know where to read this server's events. Name the brokers with --brokers HOST:PORT,"
    )
    note('and set KAFKA_TOPIC_PREFIX if the server uses one.')
    return undefined
  }
  note(`Reading the topics at ${brokers} from the beginning`)
  const tenants = owners.map(({ tenant }) => tenant.id)
  const found = new Map<string, ReadEvent>()
  let repeated = 0
  const reading = readEvents({
    brokers,
    topicPrefix,
    matches: ({ tenant_id }) => tenant_id !== null && tenants.includes(tenant_id),
    deadlineMs: DEADLINE_MS,
    signal
  })
  for await (const read of reading) {
    if (found.has(read.event.event_id)) repeated++
    found.set(read.event.event_id, read)
    if (missing(expected, [...found.values()]).length === 0) break
  }
  signal.throwIfAborted()

  const events = [...found.values()].sort((one, other) =>
    one.event.timestamp < other.event.timestamp ? -1 : 1
  )
  printTable(events)
  const lacking = missing(expected, events)
  expect(lacking.length === 0, `more events within ${DEADLINE_MS / 1000} s`, `missing: ${lacking.join(', ')}`)
  const stray = events.find(({ key, event }) => key !== event.tenant_id)
  expect(stray === undefined, 'the tenant as the key of every event', stray?.key)
  checked(
    `${events.length} events, each under the key of its tenant${repeated > 0 ? `; ${repeated} came twice` : ''}.`
  )
  return events.length
}

function missing(expected: Expected, events: ReadEvent[]): string[] {
  return Object.entries(expected).flatMap(([type, count]) => {
    const lacking = count - events.filter(({ event }) => event.event_type === type).length
    return lacking > 0 ? [`${lacking} × ${type}`] : []
  })
}

function printTable(events: ReadEvent[]): void {
  const rows = events.map(({ topic, key, event }) => [
    event.timestamp.slice(11, 23),
    topic,
    shorten(key ?? ''),
    event.event_type,
    essence(event.data)
  ])
  const lines = [['Time (UTC)', 'Topic', 'Key', 'Event type', 'Data'], ...rows].map((row) =>
    row.map(printable)
  )
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((row) => row[column]?.length ?? 0)))
  line()
  for (const row of lines)
    line(`       ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`)
  line()
}

const ESSENTIAL = ['name', 'filename', 'file_size', 'deduplicated', 'action', 'file_id']

function essence(data: object): string {
  const kept = Object.entries(data).filter(([name, value]) => ESSENTIAL.includes(name) && value !== false)
  return shorten(kept.map(([name, value]) => `${name}=${String(value)}`).join(' '))
}
