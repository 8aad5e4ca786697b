import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Backlog } from '../../db/event-log-repository.js'
import type { OutboxEvent } from '../../db/stored-event.js'
import type { Outcome } from './assignment-work.js'
import type { ConsumerStatus } from './kafka-consumer.js'

/** In seconds: from a healthy pipeline to a broker that was down for an hour. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600]

export interface EventMetrics {
  /** Counts events that Kafka has acknowledged. */
  published(events: OutboxEvent[]): void
  /** Counts events that were set aside. */
  setAside(events: number): void
  /**
   * Counts a message that was handled, or became a dead letter.
   * @param timestamp when it was committed (RFC 3339), if known
   */
  handled(topic: string, outcome: Outcome, timestamp?: string): void
  /** Reports what the sweep found in all outboxes and logs. */
  backlog(found: Backlog): void
  /** Adds the consumer's lag, read at each scrape. */
  observe(status: () => ConsumerStatus): void
}

/** The topics are ours, so the labels are bounded. All times start at the commit, by the database's clock. */
export function createEventMetrics(registry: Registry): EventMetrics {
  const registers = [registry]
  const published = new Counter({
    name: 'strongroom_events_published_total',
    help: 'Events acknowledged by Kafka, repetitions included',
    labelNames: ['topic'],
    registers
  })
  const setAside = new Counter({
    name: 'strongroom_events_set_aside_total',
    help: 'Events that were set aside in a log, because no consumer accepts them',
    registers
  })
  const relay = new Histogram({
    name: 'strongroom_event_relay_seconds',
    help: "Time from an event's commit to Kafka's acknowledgement, in seconds",
    buckets: BUCKETS,
    registers
  })
  const handled = new Counter({
    name: 'strongroom_events_handled_total',
    help: 'Messages that were handled, or became dead letters',
    labelNames: ['topic', 'outcome'],
    registers
  })
  const lag = new Histogram({
    name: 'strongroom_event_lag_seconds',
    help: "Time from an event's commit to the end of its handler, in seconds",
    buckets: BUCKETS,
    registers
  })
  // Gauges without labels read 0 once they exist, so processes that never sweep must not create them.
  let backlog: Gauge | undefined
  let oldest: Gauge | undefined
  let refused: Gauge | undefined
  return {
    published(events) {
      for (const event of events) {
        published.inc({ topic: event.event_type })
        relay.observe(secondsSince(event.timestamp))
      }
    },
    setAside(events) {
      setAside.inc(events)
    },
    handled(topic, outcome, timestamp) {
      handled.inc({ topic, outcome })
      if (timestamp !== undefined) lag.observe(secondsSince(timestamp))
    },
    backlog(found) {
      backlog ??= new Gauge({
        name: 'strongroom_outbox_backlog_events',
        help: 'Events in all outboxes and logs waiting to be published, as of the last sweep',
        registers
      })
      oldest ??= new Gauge({
        name: 'strongroom_outbox_oldest_seconds',
        help: 'Age of the oldest event waiting to be published, in seconds, as of the last sweep',
        registers
      })
      refused ??= new Gauge({
        name: 'strongroom_events_refused',
        help: 'Events that are set aside and wait for an operator, as of the last sweep',
        registers
      })
      backlog.set(found.events)
      oldest.set(found.oldest)
      refused.set(found.refused)
    },
    observe(status) {
      new Gauge({
        name: 'strongroom_consumer_lag_messages',
        help: "Messages in this process's partitions that are not handled yet, a few seconds old",
        labelNames: ['topic'],
        registers,
        collect() {
          this.reset()
          for (const { topic, lag } of status().assignments) this.inc({ topic }, lag ?? 0)
        }
      })
    }
  }
}

const secondsSince = (timestamp: string) => Math.max(0, Date.now() - Date.parse(timestamp)) / 1000
