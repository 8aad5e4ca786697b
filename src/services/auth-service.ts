import { randomUUID } from 'node:crypto'
import type { SessionRepository } from '../../db/main/sessions-repository.js'
import type { MemberTenant, TenantRepository } from '../../db/main/tenants-repository.js'
import type { User, UserRepository } from '../../db/main/users-repository.js'
import type { AccessTokens, Identity } from '../../plugins/auth/access-tokens.js'
import { MAX_PASSWORD_BYTES, type Passwords } from '../../plugins/auth/passwords.js'
import type { RefreshTokens } from '../../plugins/auth/refresh-tokens.js'
import { AppError } from '../errors.js'
import { EMBEDDED_LIMIT } from './page.js'

export interface Registration {
  email: string
  password: string
  first_name: string
  last_name: string
}

export interface TokenPair {
  access_token: string
  refresh_token: string
  token_type: 'Bearer'
  /** Seconds that the access token lives. */
  expires_in: number
}

export interface Login extends TokenPair {
  user: User
  tenants: MemberTenant[]
}

/** Characters that the column holds. */
const MAX_EMAIL_LENGTH = 255

export interface AuthServiceDependencies {
  users: UserRepository
  sessions: SessionRepository
  tenants: TenantRepository
  passwords: Passwords
  accessTokens: AccessTokens
  refreshTokens: RefreshTokens
  /** Seconds that a refresh token lives. */
  refreshTtl: number
}

export type AuthService = ReturnType<typeof createAuthService>

export function createAuthService(dependencies: AuthServiceDependencies) {
  const { users, sessions, tenants, passwords, accessTokens, refreshTokens, refreshTtl } = dependencies

  const tokens = (identity: Identity, generation: number): TokenPair => ({
    access_token: accessTokens.sign(identity),
    refresh_token: refreshTokens.sign({ sessionId: identity.sessionId, generation }),
    token_type: 'Bearer',
    expires_in: accessTokens.ttl
  })

  return {
    /** @throws {AppError} EMAIL_TAKEN, VALIDATION_ERROR */
    async register({ email, password, first_name, last_name }: Registration): Promise<User> {
      refuseLongPassword(password)
      const normalized = normalizeEmail(email)
      // Lower case can be longer: "İ" becomes two characters.
      if (Array.from(normalized).length > MAX_EMAIL_LENGTH) {
        throw new AppError('VALIDATION_ERROR', {
          details: [{ field: '/email', message: `must NOT have more than ${MAX_EMAIL_LENGTH} characters` }]
        })
      }
      const user = await users.insert({
        id: randomUUID(),
        email: normalized,
        password_hash: await passwords.hash(password),
        first_name: first_name.trim(),
        last_name: last_name.trim()
      })
      if (user === null) throw new AppError('EMAIL_TAKEN')
      return user
    },

    /**
     * Starts a session. Unknown, deactivated and mistyped all look the same and take the same time.
     * @throws {AppError} INVALID_CREDENTIALS
     */
    async login(email: string, password: string): Promise<Login> {
      const found = await users.findWithPassword(normalizeEmail(email))
      const matches = await passwords.verify(password, found?.passwordHash ?? null)
      if (found === null || !matches || !found.user.is_active) throw new AppError('INVALID_CREDENTIALS')
      const identity = { userId: found.user.id, sessionId: randomUUID() }
      await sessions.insert(identity.sessionId, identity.userId, refreshTtl)
      const own = await tenants.listOfUser(identity.userId, {
        includeInactive: false,
        limit: EMBEDDED_LIMIT,
        offset: 0
      })
      return { ...tokens(identity, 0), user: found.user, tenants: own }
    },

    /**
     * Replaces a refresh token. One that was replaced longer than the grace time ago ends the session, since
     * two parties hold it.
     * @throws {AppError} INVALID_TOKEN, TOKEN_REUSED
     */
    async refresh(refreshToken: string): Promise<TokenPair> {
      const claim = refreshTokens.verify(refreshToken)
      if (claim === null) throw new AppError('INVALID_TOKEN')
      const rotated = await sessions.rotate(claim.sessionId, claim.generation, refreshTtl)
      if (rotated === null) {
        const reused = await sessions.revokeReused(claim.sessionId, claim.generation)
        throw new AppError(reused ? 'TOKEN_REUSED' : 'INVALID_TOKEN')
      }
      return tokens({ userId: rotated.userId, sessionId: claim.sessionId }, rotated.generation)
    },

    /** Ends the session: its access and refresh tokens stop working everywhere. */
    async logout({ sessionId }: Identity): Promise<void> {
      await sessions.revoke(sessionId)
    }
  }
}

function normalizeEmail(email: string): string {
  return email.trim().toLowerCase()
}

function refuseLongPassword(password: string): void {
  if (Buffer.byteLength(password) <= MAX_PASSWORD_BYTES) return
  throw new AppError('VALIDATION_ERROR', {
    details: [{ field: '/password', message: `must not be longer than ${MAX_PASSWORD_BYTES} bytes` }]
  })
}
