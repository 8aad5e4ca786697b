import rdkafka from 'node-rdkafka'
import type { Log } from './kafka-client.js'

const { ERR__ASSIGN_PARTITIONS } = rdkafka.CODES.ERRORS

/** What the group has decided for this member; librdkafka waits until it is answered with `assign` or `unassign`. */
export interface Rebalance {
  assigned: boolean
  partitions: rdkafka.TopicPartition[]
}

/** Rebalances as they come from librdkafka, kept until the consumer is at a point where it can answer. */
export interface Rebalances {
  /** The consumer's `rebalance_cb`. */
  callback: (error: rdkafka.LibrdKafkaError, partitions: rdkafka.TopicPartition[]) => void
  /** Those that wait for an answer, oldest first; the caller answers. */
  take(): Rebalance[]
  /** Gives up all partitions, now and whenever librdkafka asks: without an answer a client never closes. */
  refuse(client: rdkafka.KafkaConsumer): void
}

export function createRebalances(logger: Log): Rebalances {
  const waiting: Rebalance[] = []
  let leaving: rdkafka.KafkaConsumer | undefined

  /** While a client closes, librdkafka takes no `assign` any more, but `unassign` answers everything. */
  function unassign(client: rdkafka.KafkaConsumer): void {
    try {
      client.unassign()
    } catch (error) {
      logger.debug({ err: error }, 'The consumer is closed')
    }
  }

  return {
    callback({ code }, partitions) {
      if (leaving) unassign(leaving)
      else waiting.push({ assigned: code === ERR__ASSIGN_PARTITIONS, partitions })
    },
    take: () => waiting.splice(0),
    refuse(client) {
      leaving = client
      if (waiting.splice(0).length > 0) unassign(client)
    }
  }
}
