import rdkafka from 'node-rdkafka'
import type { Log } from './kafka-client.js'

const { ERR__ASSIGN_PARTITIONS } = rdkafka.CODES.ERRORS

/** The group's decision for this member; librdkafka waits until it is answered with `assign` or `unassign`. */
export interface Rebalance {
  assigned: boolean
  partitions: rdkafka.TopicPartition[]
}

/** Keeps librdkafka's rebalances until the consumer reaches a point at which it can answer them. */
export interface Rebalances {
  /** The consumer's `rebalance_cb`. */
  callback: (error: rdkafka.LibrdKafkaError, partitions: rdkafka.TopicPartition[]) => void
  /** Removes and returns the unanswered rebalances, oldest first; the caller must answer them. */
  take(): Rebalance[]
  /** Gives up all partitions, now and whenever librdkafka asks; a client with an unanswered rebalance never closes. */
  refuse(client: rdkafka.KafkaConsumer): void
}

export function createRebalances(logger: Log): Rebalances {
  const waiting: Rebalance[] = []
  let leaving: rdkafka.KafkaConsumer | undefined

  /** While a client closes, librdkafka no longer accepts `assign`, but `unassign` answers everything. */
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
