/**
 * The one form of a password that is compared: what a person types is not the same bytes on every system.
 * (RFC 8265 §4.2.2, OpaqueString: spaces become U+0020, then NFC)
 */
export function normalizePassword(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC')
}
