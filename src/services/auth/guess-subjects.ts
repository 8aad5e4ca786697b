import { createHash } from 'node:crypto'
import { normalizeEmail } from './email.js'

/** 128 bits of a hash, because people also type passwords into the address field. */
const hashOf = (kind: string, value: string) =>
  createHash('sha256').update(`${kind}:${value}`).digest('hex').slice(0, 32)

/** The prefix of all subjects of an account, whether it exists or not, by which its counters are found. */
export const accountKey = (email: string): string => hashOf('account', normalizeEmail(email))

const EVERY_ACCOUNT = hashOf('account', '')
const WHOLE_ACCOUNT = hashOf('all', '')
const SESSIONS = hashOf('sessions', '')

/** Names of counters: what is guessed at, or who guesses. 64 hexadecimal digits. */
export const subjects = {
  account: (account: string) => account + WHOLE_ACCOUNT,
  accountAndNetwork: (account: string, network: string) => account + hashOf('network', network),
  device: (account: string, device: string) => account + hashOf('device', device),
  /** Holders of a session of the account who are asked for its password. */
  sessions: (account: string) => account + SESSIONS,
  network: (network: string) => EVERY_ACCOUNT + hashOf('network', network)
}
