/** What one process of several cannot answer alone, so it asks the primary. */
export interface Questions {
  /** Counts a request. `key` names who calls what; the count starts anew after so many milliseconds. */
  count: { asked: { key: string; timeWindow: number }; answer: Count }
  /** The measurements of all processes, in the text format of Prometheus. */
  metrics: { asked: null; answer: string }
}

export interface Count {
  current: number
  /** Milliseconds until the count starts anew. */
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
  /** Why there is none. */
  error?: string
}

export const isQuestion = (message: unknown): message is Question => typeOf(message) === 'question'
export const isAnswer = (message: unknown): message is Answer => typeOf(message) === 'answer'

const typeOf = (message: unknown) => (message as { type?: unknown } | null)?.type
