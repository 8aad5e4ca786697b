import type { KafkaPlace } from './find-kafka.js'
import type { TailCommand } from './options.js'
import { readEvents } from './read-events.js'
import type { Say } from './say.js'
import { printable, printableJson } from '../operator/printable.js'

/** Shows events, one per line, until the limit or Ctrl-C. @returns the exit code */
export async function tail(
  kafka: KafkaPlace,
  { topic, limit, json }: TailCommand,
  say: Say
): Promise<number> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  let shown = 0
  const matches = ({ event_type }: { event_type: string }) => topic === undefined || event_type === topic
  for await (const read of readEvents({ ...kafka, matches, signal: stop.signal })) {
    const { event, partition, offset } = read
    const { event_id, event_type, tenant_id, user_id, timestamp, data } = event
    const place = `${partition}/${offset}`.padEnd(8)
    if (json) say(printableJson(read))
    else
      say(
        `${printable(timestamp)}  ${place} ${event_type.padEnd(17)} ${printableJson({ event_id, tenant_id, user_id, ...data })}`
      )
    if (++shown >= limit) break
  }
  return 0
}
