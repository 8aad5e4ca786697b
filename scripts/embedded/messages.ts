import type { PostgresAddress } from './postgres.js'

/** What the host process of the embedded services is asked to do; its only argument, as JSON. */
export interface HostOptions {
  postgres: boolean
  broker: boolean
  dataDir: string
  settings: Record<string, string>
  /** Removes the data folder when everything has stopped, also after the parent's sudden death. */
  removeAfter: boolean
}

/** Parent to host. The end of the channel means the same as `stop`. */
export interface ToHost {
  type: 'stop'
  /** At once, without the checkpoint that spares the next start the recovery. */
  immediate: boolean
}

/** Host to parent: any number of notes, then one `ready` or `failed`, then perhaps one `died`. */
export type FromHost =
  | { type: 'note'; text: string }
  | { type: 'ready'; postgres?: PostgresAddress; brokers?: string }
  | { type: 'failed' | 'died'; text: string }
