import { resolve } from 'node:path'
import type { KafkaCluster } from '../../plugins/messaging/kafka-client.js'
import { loadKafkaSecurity } from '../../core/config/config.js'
import { readRuntime } from '../tour/find-server.js'

/** Where the events are, and which workers handle them. */
export interface KafkaPlace extends KafkaCluster {
  topicPrefix: string
  /** The workers' consumer group. */
  groupId: string
}

const GROUP_ID = 'strongroom-worker'

/**
 * The brokers named in the command or in the settings, or those of the running `npm start`.
 * @throws an Error that says how to name them
 */
export function findKafka(named: string | undefined, environment: Record<string, string>): KafkaPlace {
  const running =
    environment['NODE_ENV'] === 'production'
      ? undefined
      : readRuntime(resolve(environment['DATA_DIR'] ?? '.data'))?.brokers
  const brokers = named ?? environment['KAFKA_BROKERS'] ?? running
  if (brokers === undefined)
    throw new Error(
      'No Kafka broker is known: start the server with npm start, set KAFKA_BROKERS, or use --brokers'
    )
  return {
    brokers,
    security: loadKafkaSecurity(environment),
    topicPrefix: environment['KAFKA_TOPIC_PREFIX'] ?? '',
    groupId: environment['KAFKA_GROUP_ID'] ?? GROUP_ID
  }
}
