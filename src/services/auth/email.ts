import type { EmailAddress } from '../../../db/main/users-repository.js'

/**
 * An e-mail address as it is stored and compared: two that differ in case, or in how characters are composed, are the
 * same. (RFC 6532 §3.1)
 */
export function normalizeEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase().normalize('NFC')
}

/** An address by which an account is looked for. */
export function toEmailAddress(email: string): EmailAddress {
  return { normalized: normalizeEmail(email), spelled: email.trim().toLowerCase() }
}
