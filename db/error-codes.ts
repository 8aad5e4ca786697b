/** SQLSTATEs that the code reacts to. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const SQLSTATE = {
  uniqueViolation: '23505',
  undefinedDatabase: '3D000',
  duplicateDatabase: '42P04',
  objectInUse: '55006'
} as const

/** The SQLSTATE of a PostgreSQL error, or the code of a connection error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

/** What postgres.js and Node say when the server cannot be reached or hangs up. */
const CONNECTION_CODES = new Set([
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT'
])

/**
 * True for failures that pass by themselves and are no fault of the statement: no connection (class 08), no
 * free slot or memory (53), shutdown and start-up (57P), a cancelled statement (57014), a lost race (40).
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = codeOf(error)
  if (code === undefined) return error instanceof AggregateError && error.errors.some(isDatabaseUnavailable)
  return CONNECTION_CODES.has(code) || /^(08|40|53|57P|57014)/.test(code)
}
