import { createStrongroom } from '../../client/index.js'
import { expect } from './expect.js'
import type { Owner } from './people.js'
import { checked, line, note } from './print.js'

const DEADLINE_MS = 120_000

/** Follows a tenant's events over a stream, and shows them, until the expected number of each type has arrived. */
export async function followEvents(
  url: string,
  owner: Owner,
  expected: Record<string, number>,
  signal: AbortSignal
): Promise<void> {
  note(`GET ${url}/api/tenants/${owner.tenant.id}/events/stream, which needs no Kafka`)
  const strongroom = createStrongroom({ url, tokens: { access_token: owner.token } })
  const types = Object.keys(expected)
  const left = new Map(Object.entries(expected))
  const ids = new Set<string>()
  let last = 0
  line()
  const until = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)])
  for await (const event of strongroom.events.follow(owner.tenant.id, { types, signal: until })) {
    line(
      `       ${String(event.position).padStart(4)}  ${event.event_type.padEnd(18)} ${String(event.data['filename'])}`
    )
    expect(event.position > last && !ids.has(event.event_id), 'each event once, in order', event)
    last = event.position
    ids.add(event.event_id)
    left.set(event.event_type, (left.get(event.event_type) ?? 0) - 1)
    if ([...left.values()].every((count) => count <= 0)) break
  }
  line()
  checked(`${ids.size} events, each once and in order.`)
}
