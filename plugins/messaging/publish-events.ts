import type { Refusal } from '../../db/refused-events-repository.js'
import type { EventProducer, OutgoingMessage } from './kafka-producer.js'
import type { LoggedEvent } from './tenant-events.js'

/** What became of events that were published in the order of their log. */
export interface Published {
  delivered: LoggedEvent[]
  refused: Refusal[]
  /** The first position that is not known to be delivered; undefined: none. */
  blocked: number | undefined
  /** Delivered positions after `blocked`, including those of earlier attempts. */
  ahead: ReadonlySet<number>
}

/**
 * Publishes events, except for those known to be delivered. An event that Kafka does not accept now holds up no events
 * of other topics and keys. An event that Kafka refuses is sent once more alone, since its batch may have failed
 * because of another.
 */
export async function publishEvents(
  producer: EventProducer,
  { events, messages }: { events: LoggedEvent[]; messages: OutgoingMessage[] },
  known: ReadonlySet<number> = new Set()
): Promise<Published> {
  const open = events.flatMap((event, index) => {
    const message = messages[index]
    return message === undefined || known.has(event.position) ? [] : [{ event, message }]
  })
  const outcomes = await producer.publish(open.map(({ message }) => message))
  const published: Published = { delivered: [], refused: [], blocked: undefined, ahead: known }
  const delivered = new Set(known)
  for (const [index, { event, message }] of open.entries()) {
    const { position } = event
    let outcome = outcomes[index]
    if (outcome === 'refused') outcome = (await producer.publish([message]))[0]
    if (outcome === 'delivered') {
      published.delivered.push(event)
      delivered.add(position)
    } else if (outcome === 'refused') {
      published.refused.push({ position, error: `Kafka refuses it: ${message.value?.length ?? 0} bytes` })
    } else {
      published.blocked = Math.min(position, published.blocked ?? position)
    }
  }
  const { blocked = Infinity } = published
  published.ahead = new Set([...delivered].filter((position) => position > blocked))
  return published
}
