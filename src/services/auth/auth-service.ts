import { randomUUID } from 'node:crypto'
import type { Actor } from '../../../db/actor.js'
import type { AccountLinkRepository } from '../../../db/main/account-links-repository.js'
import type { SessionRepository } from '../../../db/main/sessions-repository.js'
import type { MemberTenant, TenantRepository } from '../../../db/main/tenants-repository.js'
import type { Person, UserRepository } from '../../../db/main/users-repository.js'
import type { AccessChanges } from '../../../plugins/access/access.js'
import type { AccessTokens, Identity } from '../../../plugins/auth/access-tokens.js'
import type { DeviceTokens } from '../../../plugins/auth/device-tokens.js'
import type { RefreshTokens } from '../../../plugins/auth/refresh-tokens.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import { AppError } from '../../../core/errors.js'
import { toEmailAddress } from './email.js'
import { EMBEDDED_LIMIT } from '../lists/page.js'
import type { GuessCounts } from './guess-limits.js'
import type { PasswordCheck, PasswordMatch } from './password-check.js'
import type { Register, Registration } from './registration.js'

export interface TokenPair {
  access_token: string
  refresh_token: string
  token_type: 'Bearer'
  /** Lifetime of the access token in seconds. */
  expires_in: number
}

export interface Login extends TokenPair {
  /** Proof that this device has logged in, for its next log-in. */
  device_token: string
  user: Person
  tenants: MemberTenant[]
}

export interface Credentials {
  email: string
  password: string
  /** What an earlier log-in of this device returned. */
  device_token?: string
}

/** Where a request comes from before its user is known. */
export interface Sender {
  ip: string
  userAgent: string | undefined
}

/** Maximum characters of the column. */
const MAX_USER_AGENT_LENGTH = 255

export interface AuthServiceDependencies {
  users: UserRepository
  sessions: SessionRepository
  tenants: TenantRepository
  register: Register
  /** Who may register: anyone, only invited people, or nobody. */
  registration: 'open' | 'invited' | 'closed'
  /** Whether an account must verify its address before it may log in. */
  demandsVerification: boolean
  accountLinks: Pick<AccountLinkRepository, 'requestMail'>
  checkPassword: PasswordCheck
  guesses: GuessCounts
  deviceTokens: DeviceTokens
  accessTokens: AccessTokens
  refreshTokens: RefreshTokens
  outboxes: Outboxes
  accessChanges: AccessChanges
  /** Lifetime of a refresh token in seconds. */
  refreshTtl: number
  /** Seconds after which a session ends, however often it is refreshed. */
  maxAge: number
}

const REFUSALS = { reused: 'TOKEN_REUSED', expired: 'TOKEN_EXPIRED', invalid: 'INVALID_TOKEN' } as const

export type AuthService = ReturnType<typeof createAuthService>

export function createAuthService(dependencies: AuthServiceDependencies) {
  const { users, sessions, tenants, register, checkPassword, guesses, deviceTokens, accountLinks } =
    dependencies
  const { registration, demandsVerification } = dependencies
  const { accessTokens, refreshTokens, outboxes, accessChanges, refreshTtl, maxAge } = dependencies

  /** @param endsIn seconds left until the session ends */
  function tokens(identity: Identity, generation: number, endsIn: number): TokenPair {
    const { token, expiresIn } = accessTokens.sign(identity, endsIn)
    return {
      access_token: token,
      refresh_token: refreshTokens.sign({ sessionId: identity.sessionId, generation }),
      token_type: 'Bearer',
      expires_in: expiresIn
    }
  }

  /** Null if the password was changed, or the account deactivated, since the check. */
  async function startSession(
    { userId, passwordHash, guess }: PasswordMatch,
    { ip, userAgent }: Sender
  ): Promise<Identity | null> {
    const sessionId = randomUUID()
    const session = {
      id: sessionId,
      userAgent: userAgent?.slice(0, MAX_USER_AGENT_LENGTH) ?? null,
      ttl: refreshTtl
    }
    const started = await outboxes.recordMain(() =>
      sessions.insert(session, { userId, ip, onBehalfOf: null }, { passwordHash, guess })
    )
    if (started.outcome === 'refused') return null
    for (const id of started.displaced) accessChanges.sessionChanged(id)
    return { userId, sessionId }
  }

  return {
    /** @throws {AppError} REGISTRATION_CLOSED, EMAIL_TAKEN, VALIDATION_ERROR, WEAK_PASSWORD, AUTH_BUSY */
    async register(account: Registration, ip: string | null): Promise<Person> {
      if (registration !== 'open') throw new AppError('REGISTRATION_CLOSED')
      const address = demandsVerification ? 'to verify' : 'unverified'
      return register(account, { address, mayCreateTenants: false }, ip)
    },

    /**
     * Starts a session. Unknown address, deactivated account and wrong password look the same and take the same time.
     * @throws {AppError} INVALID_CREDENTIALS, TOO_MANY_FAILURES, AUTH_BUSY; EMAIL_NOT_VERIFIED only after the right
     * password
     */
    async login({ email, password, device_token: deviceToken }: Credentials, sender: Sender): Promise<Login> {
      const address = toEmailAddress(email)
      let user: Person | undefined
      const match = await checkPassword({
        password,
        ip: sender.ip,
        find: async () => {
          const found = await users.findWithPassword(address)
          user = found?.user
          return {
            userId: found?.user.id ?? null,
            passwordHash: found?.user.is_active === true ? found.passwordHash : null
          }
        },
        count: ({ userId }) => guesses.logIn({ email, userId, ip: sender.ip, deviceToken })
      })
      if (match === null || user === undefined) throw new AppError('INVALID_CREDENTIALS')
      if (demandsVerification && user.email_verified_at === null) {
        await guesses.takeBack(match.guess)
        await accountLinks.requestMail('address', address)
        throw new AppError('EMAIL_NOT_VERIFIED')
      }
      const identity = await startSession(match, sender)
      if (identity === null) throw new AppError('INVALID_CREDENTIALS')
      const own = await tenants.listOfUser(match.userId, {
        includeInactive: false,
        limit: EMBEDDED_LIMIT,
        offset: 0
      })
      // A device that reached its own limit may have had its token stolen: it gets a new id.
      const device_token = deviceTokens.sign(match.userId, match.guess.device?.id)
      return { ...tokens(identity, 0, maxAge), device_token, user, tenants: own }
    },

    /**
     * Replaces a refresh token. One that was replaced longer than the grace period ago ends the session, since two
     * parties hold it.
     * @throws {AppError} INVALID_TOKEN, TOKEN_EXPIRED, TOKEN_REUSED
     */
    async refresh(refreshToken: string, ip: string): Promise<TokenPair> {
      const claim = refreshTokens.verify(refreshToken)
      if (claim === null) throw new AppError('INVALID_TOKEN')
      const { sessionId, generation } = claim
      const rotated = await sessions.rotate(sessionId, generation, refreshTtl, ip)
      if (rotated.outcome === 'refused') {
        const { outcome } = await outboxes.recordMain(() => sessions.refuse(sessionId, generation, ip))
        accessChanges.sessionChanged(sessionId)
        throw new AppError(REFUSALS[outcome])
      }
      return tokens({ userId: rotated.userId, sessionId }, rotated.generation, rotated.endsIn)
    },

    /** Ends the session: its access and refresh tokens stop working everywhere. */
    async logout({ sessionId }: Identity, actor: Actor): Promise<void> {
      await outboxes.recordMain(() => sessions.endOwn(sessionId, actor))
      accessChanges.sessionChanged(sessionId)
    }
  }
}
