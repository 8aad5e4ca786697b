import { AuthenticationError } from './errors.js'

/** The tokens that `login` and `refresh` return. Without a refresh token, the session ends with its access token. */
export interface Tokens {
  access_token: string
  refresh_token?: string
  /** Seconds that the access token is valid, from when the server issued it. */
  expires_in?: number
}

/** Milliseconds that may pass until the server checks a request's token. */
const MARGIN_MS = 10_000

/** The tokens of one session. */
export class Session {
  #tokens: Tokens | undefined
  /** Milliseconds since 1970; 0 for tokens from an earlier session, whose age is unknown. */
  #freshUntil = 0
  #refreshing: Promise<void> | undefined

  /**
   * @param renew exchanges a refresh token for new tokens
   * @param onTokens called with every new pair, and with undefined when the session is over
   */
  constructor(
    tokens: Tokens | undefined,
    private readonly renew: (refreshToken: string) => Promise<Tokens>,
    private readonly onTokens: (tokens: Tokens | undefined) => void
  ) {
    this.#tokens = tokens
  }

  get tokens(): Tokens | undefined {
    return this.#tokens
  }

  set tokens(tokens: Tokens | undefined) {
    this.#tokens = tokens
    this.#freshUntil = Date.now() + (tokens?.expires_in ?? 0) * 1000 - MARGIN_MS
    this.onTokens(tokens)
  }

  /** For a request that cannot be sent again: replaces the access token unless it is known to be valid. */
  async freshen(): Promise<void> {
    if (this.#tokens !== undefined && Date.now() > this.#freshUntil)
      await this.refresh(this.#tokens.access_token)
  }

  /**
   * Replaces an expired access token. All callers share one request, since a refresh token works only once.
   * @returns false if there is no refresh token
   * @throws {AuthenticationError} if the session is over
   */
  async refresh(expired: string): Promise<boolean> {
    const tokens = this.#tokens
    if (tokens === undefined) return false
    if (tokens.access_token !== expired) return true
    if (tokens.refresh_token === undefined) return false
    this.#refreshing ??= this.#replace(tokens, tokens.refresh_token).finally(() => {
      this.#refreshing = undefined
    })
    await this.#refreshing
    return true
  }

  /** Renews the tokens, unless the caller has logged in or out meanwhile. */
  async #replace(old: Tokens, refreshToken: string): Promise<void> {
    try {
      const renewed = await this.renew(refreshToken)
      if (this.#tokens === old) this.tokens = renewed
    } catch (error) {
      if (error instanceof AuthenticationError && this.#tokens === old) this.tokens = undefined
      throw error
    }
  }
}
