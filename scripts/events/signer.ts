import { join, resolve } from 'node:path'
import { createEventSigner, type EventSigner } from '../../plugins/messaging/signatures.js'
import { readSecret } from '../embedded/secret-file.js'

/**
 * Signs events as the server does, since its workers accept no others.
 * @throws an Error that says which setting is missing
 */
export function eventSigner(environment: Record<string, string>): EventSigner {
  const { SECRETS_KEY: given, DATA_DIR = '.data', NODE_ENV } = environment
  const kept = NODE_ENV === 'production' ? undefined : readSecret(join(resolve(DATA_DIR), 'secrets-key'))
  const key = given ?? kept
  if (key === undefined)
    throw new Error(
      'SECRETS_KEY is missing: set it as for the server, whose workers ignore unsigned audit events'
    )
  return createEventSigner([key])
}
