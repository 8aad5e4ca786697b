import { bodyOf, dataOf, type ApiClient } from './api.js'
import { AuthenticationError } from './errors.js'
import type { components } from './schema.js'
import type { Session } from './session.js'

type Schemas = components['schemas']

/** The token by which the server recognises this device. */
export interface KnownDevice {
  token: string | undefined
  /** Called with every new token, so that you can keep it. */
  onToken: (token: string) => void
}

/** Accounts and sessions. */
export function createAuth(api: ApiClient, session: Session, device: KnownDevice) {
  return {
    /** Creates an account; log in next. */
    register: (body: Schemas['RegisterRequest']) => dataOf(api.POST('/api/auth/register', { body })),

    /**
     * Starts a session, whose tokens the client then sends and refreshes. Sends the device token of the previous
     * log-in, and keeps the new one.
     */
    async login(credentials: Schemas['LoginRequest']) {
      const body = { ...(device.token !== undefined && { device_token: device.token }), ...credentials }
      const started = await dataOf(api.POST('/api/auth/login', { body }))
      session.tokens = started
      device.token = started.device_token
      device.onToken(started.device_token)
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
