import type { EmailAddress } from '../../../db/main/users-repository.js'

/**
 * The stored and compared form of an e-mail address: addresses that differ only in case, or in how characters are
 * composed, are the same. (RFC 6532 §3.1)
 */
export function normalizeEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase().normalize('NFC')
}

/** An address for looking up an account. */
export function toEmailAddress(email: string): EmailAddress {
  return { normalized: normalizeEmail(email), spelled: email.trim().toLowerCase() }
}
