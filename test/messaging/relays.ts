import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import type { Test } from 'tap'
import type { DatabaseClient } from '../../db/client.js'
import { defineEventLogRepository } from '../../db/event-log-repository.js'
import { createDirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'
import * as tables from '../../db/main/schema.js'
import { toMessage } from '../../plugins/messaging/event.js'
import type { Delivery, EventProducer, OutgoingMessage } from '../../plugins/messaging/kafka-producer.js'
import { createPublisher } from '../../plugins/messaging/publisher.js'
import { createRelay, type WithLog } from '../../plugins/messaging/relay.js'
import { createEventSigner } from '../../plugins/messaging/signatures.js'

const log = pino({ level: 'silent' })
const signer = createEventSigner(['a secret'])

/** A producer that answers with `answer`, and records the numbers of the events that it delivered, in order. */
export function fakeProducer(answer: (message: OutgoingMessage) => Delivery = () => 'delivered') {
  const published: string[] = []
  let down = false
  const producer: EventProducer = {
    publish: async (messages) =>
      messages.map((message) => {
        const delivery = down ? 'unknown' : answer(message)
        if (delivery === 'delivered') published.push(numberOf(message))
        return delivery
      }),
    status: () => 'up',
    close: async () => undefined
  }
  return { producer, published, setDown: (value: boolean) => (down = value) }
}

export const numberOf = ({ value }: OutgoingMessage) =>
  (JSON.parse(String(value)) as { data: { n: string } }).data.n

/** Starts relays that use the main database's log for every outbox. */
export function relaysOf(client: DatabaseClient) {
  const dirtyTenants = createDirtyTenantRepository(client)
  const eventLog = defineEventLogRepository(tables)(client.sql)
  return function startRelay(
    t: Test,
    producer: EventProducer,
    {
      withLog = (_outbox, work) => work(eventLog),
      complete = true
    }: { withLog?: WithLog; complete?: boolean } = {}
  ) {
    const logsAreComplete = async () => complete
    const publisher = createPublisher({
      ...{ dirtyTenants, withLog, logsAreComplete, producer, log },
      owner: randomUUID(),
      toMessage: (event) => toMessage(event, '', signer),
      onPublished: () => undefined,
      onRefused: () => undefined
    })
    const relay = createRelay({
      ...{ dirtyTenants, withLog, logsAreComplete, log },
      work: publisher,
      onTurn: () => undefined
    })
    t.teardown(() => relay.close())
    return relay
  }
}
