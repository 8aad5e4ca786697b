import { bodyOf, dataOf, type ApiClient } from './api.js'
import { AuthenticationError } from './errors.js'
import type { components } from './schema.js'
import type { Session } from './session.js'

type Schemas = components['schemas']

/** Accounts and sessions. */
export function createAuth(api: ApiClient, session: Session) {
  return {
    /** Creates an account; log in next. */
    register: (body: Schemas['RegisterRequest']) => dataOf(api.POST('/api/auth/register', { body })),

    /** Starts a session, whose tokens the client sends and refreshes from now on. */
    async login(body: Schemas['LoginRequest']) {
      const started = await dataOf(api.POST('/api/auth/login', { body }))
      session.tokens = started
      return started
    },

    /** Ends the session on the server and forgets its tokens. */
    async logout(): Promise<void> {
      await bodyOf(api.POST('/api/auth/logout')).catch((error: unknown) => {
        // The session has ended already.
        if (!(error instanceof AuthenticationError)) throw error
      })
      session.tokens = undefined
    },

    /** Your account. */
    me: () => dataOf(api.GET('/api/users/me'))
  }
}
