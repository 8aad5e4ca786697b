import type { Message } from 'node-rdkafka'

export interface IncomingMessage {
  /** Without the prefix of the installation. */
  topic: string
  partition: number
  offset: number
  key: string | null
  value: Buffer | null
  /** Decoded as UTF-8; of several headers with the same name, the last one. */
  headers: Record<string, string>
  /** Milliseconds since 1970, when it was produced. */
  timestamp: number
}

export function toIncomingMessage(message: Message, topicPrefix: string): IncomingMessage {
  const headers = (message.headers ?? []).flatMap((header) => Object.entries(header))
  return {
    topic: message.topic.slice(topicPrefix.length),
    partition: message.partition,
    offset: message.offset,
    key: message.key?.toString() ?? null,
    value: message.value,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, value.toString()])),
    timestamp: message.timestamp ?? 0
  }
}
