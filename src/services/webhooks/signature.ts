import { createHmac, randomBytes } from 'node:crypto'

/** Precedes the base64 of a secret's bytes, as Standard Webhooks demands. */
const PREFIX = 'whsec_'
/** Bytes; the specification asks for 24 to 64. */
const SECRET_BYTES = 32

export const createWebhookSecret = () => PREFIX + randomBytes(SECRET_BYTES).toString('base64')

/**
 * The headers of a message by Standard Webhooks, with a signature for each secret.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @param id the same for every attempt, so that receivers recognise duplicates
 * @param now milliseconds since 1970
 */
export function signedHeaders(
  secrets: readonly string[],
  id: string,
  body: string,
  now = Date.now()
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000))
  const signatures = secrets.map((secret) => `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`)
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' ')
  }
}

const sign = (secret: string, content: string) =>
  createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
    .update(content)
    .digest('base64')
