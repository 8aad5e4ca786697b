import type {
  CountedAttempt,
  Counter,
  Counting,
  PasswordFailureRepository
} from '../../../db/main/password-failures-repository.js'
import type { Device, DeviceTokens } from '../../../plugins/auth/device-tokens.js'
import { AppError } from '../../../core/errors.js'
import { networkOf } from '../../../core/senders.js'
import { accountKey, subjects } from './guess-subjects.js'

const HOUR = 3_600
const DAY = 86_400

/** Numbers of wrong passwords after which no more attempts are checked. */
export interface GuessLimits {
  /** In a day, for one account from one network. */
  accountAndNetwork: number
  /** In a day, for one account. */
  account: number
  /** In an hour, from one network. */
  network: number
  /** In an hour, from a device that has logged in to the account before. */
  device: number
}

/** An attempt that may be checked, and is counted as a failure until it succeeds. */
export interface Guess extends CountedAttempt {
  /** The known device that the attempt comes from, if only that device's counter was used. */
  device: Device | null
  accountSubject: string
  failures: number
  blocked: boolean
}

export interface LogInAttempt {
  email: string
  /** The account of that address; null if there is none, which changes nothing about the counting. */
  userId: string | null
  ip: string
  deviceToken: string | undefined
}

export interface GuessLimitDependencies {
  failures: Pick<PasswordFailureRepository, 'count' | 'takeBack'>
  devices: DeviceTokens
  limits: GuessLimits
}

export type GuessCounts = ReturnType<typeof createGuessCounts>

/**
 * Counts every attempt at a password before it is checked, so that concurrent attempts get no further than sequential
 * ones. Strangers share the counters of an account and of their networks; a known device has its own, so they cannot
 * lock out its owner. Windows are fixed: each begins with its first failure.
 */
export function createGuessCounts({ failures, devices, limits }: GuessLimitDependencies) {
  const guess = (
    account: string,
    counters: Counter[],
    counting: Extract<Counting, { outcome: 'counted' }>,
    device: Device | null
  ): Guess => {
    const [own = '', ...others] = counters.map(({ subject }) => subject)
    const accountSubject = subjects.account(account)
    return {
      own,
      others,
      device,
      accountSubject,
      failures: counting.failures[0] ?? 0,
      blocked: counting.full
    }
  }

  /** @param counters a success resets the first and takes one off the others. @throws {AppError} TOO_MANY_FAILURES */
  async function count(account: string, counters: Counter[]): Promise<Guess> {
    const counting = await failures.count(counters)
    if (counting.outcome === 'full') throw new AppError('TOO_MANY_FAILURES', { retryAfter: counting.seconds })
    return guess(account, counters, counting, null)
  }

  return {
    /** Counts an attempt to log in. @throws {AppError} TOO_MANY_FAILURES */
    async logIn({ email, userId, ip, deviceToken }: LogInAttempt): Promise<Guess> {
      const account = accountKey(email)
      const device = deviceToken === undefined ? null : devices.verify(deviceToken)
      if (device !== null && device.userId === userId) {
        const subject = subjects.device(account, device.id)
        const counters = [{ subject, limit: limits.device, window: HOUR }]
        const counting = await failures.count(counters)
        if (counting.outcome === 'counted') return guess(account, counters, counting, device)
      }
      const network = networkOf(ip)
      return count(account, [
        {
          subject: subjects.accountAndNetwork(account, network),
          limit: limits.accountAndNetwork,
          window: DAY
        },
        { subject: subjects.account(account), limit: limits.account, window: DAY },
        { subject: subjects.network(network), limit: limits.network, window: HOUR }
      ])
    },

    /** Takes back an attempt with the right password that starts no session: it is not a failure. */
    takeBack: (attempt: Guess): Promise<void> => failures.takeBack(attempt),

    /** Counts an attempt by the holder of a session of the account. @throws {AppError} TOO_MANY_FAILURES */
    inSession(email: string): Promise<Guess> {
      const account = accountKey(email)
      return count(account, [{ subject: subjects.sessions(account), limit: limits.device, window: HOUR }])
    }
  }
}
