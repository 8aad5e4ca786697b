import { AuthenticationError } from './errors.js'

/** What `login` and `refresh` return. Without a refresh token, the session ends with its access token. */
export interface Tokens {
  access_token: string
  refresh_token?: string
}

/** The tokens of one session. */
export class Session {
  #tokens: Tokens | undefined
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
    this.onTokens(tokens)
  }

  /**
   * Replaces an access token that has expired. All callers share one request, because a refresh token works once.
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

  /** Leaves the tokens alone if somebody logged in or out meanwhile. */
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
