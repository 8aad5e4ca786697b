/** Questions that one of several processes cannot answer alone, so it asks the primary. */
export interface Questions {
  /** Counts a request. `key` names the caller and the route; the count starts again after `timeWindow` milliseconds. */
  count: { asked: { key: string; timeWindow: number }; answer: Count }
  /** The metrics of all processes, in the Prometheus text format. */
  metrics: { asked: null; answer: string }
}

export interface Count {
  current: number
  /** Milliseconds until the count starts again. */
  ttl: number
}

export type Kind = keyof Questions

export interface Question {
  type: 'question'
  id: number
  kind: Kind
  asked: unknown
}

export interface Answer {
  type: 'answer'
  id: number
  answer?: unknown
  /** Why there is no answer. */
  error?: string
}

export const isQuestion = (message: unknown): message is Question => typeOf(message) === 'question'
export const isAnswer = (message: unknown): message is Answer => typeOf(message) === 'answer'

const typeOf = (message: unknown) => (message as { type?: unknown } | null)?.type
