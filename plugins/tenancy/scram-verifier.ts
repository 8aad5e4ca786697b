import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

/**
 * RFC 7677 asks for 4096 so that a stolen verifier does not reveal a weak password to guessing. Our passwords are
 * derived from a secret and have 256 bits, which cannot be guessed; and this process, as the client, would pay for
 * every iteration whenever it opens a connection.
 */
const ITERATIONS = 1

/**
 * What PostgreSQL stores instead of a password (RFC 5803), computed here so that the password is never part of a
 * statement, which the server may log. The password must be ASCII, since this does not apply SASLprep.
 * https://www.postgresql.org/docs/current/catalog-pg-authid.html
 */
export function scramVerifier(password: string): string {
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256')
  const keyFor = (purpose: string) => createHmac('sha256', salted).update(purpose).digest()
  const storedKey = createHash('sha256').update(keyFor('Client Key')).digest('base64')
  const serverKey = keyFor('Server Key').toString('base64')
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
