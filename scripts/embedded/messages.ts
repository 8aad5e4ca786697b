import type { PostgresAddress } from './postgres.js'

/** The host process's task; its only argument, as JSON. */
export interface HostOptions {
  postgres: boolean
  broker: boolean
  dataDir: string
  settings: Record<string, string>
  /** Removes the data folder once everything has stopped, even if the parent dies suddenly. */
  removeAfter: boolean
}

/** Parent to host. A closed channel means the same as `stop`. */
export interface ToHost {
  type: 'stop'
  /** Stop at once, without a final checkpoint: PostgreSQL's next start then needs crash recovery. */
  immediate: boolean
}

/** Host to parent: any number of notes, then one `ready` or `failed`, then perhaps one `died`. */
export type FromHost =
  | { type: 'note'; text: string }
  | { type: 'ready'; postgres?: PostgresAddress; brokers?: string }
  | { type: 'failed' | 'died'; text: string }
