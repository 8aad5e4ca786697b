/** An e-mail address as it is stored and compared: two that differ in case are the same. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase()
}
