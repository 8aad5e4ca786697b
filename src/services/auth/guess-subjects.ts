import { createHash } from 'node:crypto'
import { normalizeEmail } from './email.js'

/** 128 bits of a hash, because people also type passwords into the address field. */
const hashOf = (kind: string, value: string) =>
  createHash('sha256').update(`${kind}:${value}`).digest('hex').slice(0, 32)

/** What all subjects of an account begin with, known or not, so that its counters lie together. */
export const accountKey = (email: string): string => hashOf('account', normalizeEmail(email))

const EVERY_ACCOUNT = hashOf('account', '')
const WHOLE_ACCOUNT = hashOf('all', '')
const SESSIONS = hashOf('sessions', '')

/** Names what is guessed at, or by whom: 64 hexadecimal digits. */
export const subjects = {
  account: (account: string) => account + WHOLE_ACCOUNT,
  accountAndNetwork: (account: string, network: string) => account + hashOf('network', network),
  device: (account: string, device: string) => account + hashOf('device', device),
  /** Whoever has a session of the account and is asked for its password. */
  sessions: (account: string) => account + SESSIONS,
  network: (network: string) => EVERY_ACCOUNT + hashOf('network', network)
}
