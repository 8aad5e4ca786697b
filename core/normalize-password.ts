/**
 * The form in which passwords are compared: the same typed text has different bytes on different systems. (RFC 8265
 * §4.2.2, OpaqueString: spaces become U+0020, then NFC)
 */
export function normalizePassword(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC')
}
