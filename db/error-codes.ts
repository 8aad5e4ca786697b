import { DrizzleQueryError } from 'drizzle-orm'

/** SQLSTATEs that the code reacts to. https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const SQLSTATE = {
  uniqueViolation: '23505',
  invalidAuthorization: '28000',
  invalidPassword: '28P01',
  transactionTimeout: '25P04',
  undefinedDatabase: '3D000',
  undefinedSchema: '3F000',
  insufficientPrivilege: '42501',
  undefinedTable: '42P01',
  duplicateDatabase: '42P04',
  objectNotInState: '55000',
  objectInUse: '55006',
  lockNotAvailable: '55P03',
  queryCanceled: '57014',
  deadlockDetected: '40P01',
  checkViolation: '23514',
  tooManyConnections: '53300',
  /** Our own, raised by the trigger `count_usage`; the message is `documents` or `bytes`. */
  quotaExceeded: 'SRQTA',
  /** Our own, raised by the trigger `documents_external_id_unique` while its index is not built. */
  indexMissing: 'SRIDX'
} as const

/** Raised by our own triggers. */
const OURS: ReadonlySet<string> = new Set([SQLSTATE.quotaExceeded, SQLSTATE.indexMissing])

/** The error that the driver threw. Drizzle wraps it in one whose text repeats all parameters, even secrets. */
export function driverError(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? error.cause : error
}

/** The SQLSTATE of a PostgreSQL error, or the code of a connection error. */
export function codeOf(error: unknown): string | undefined {
  const thrown = driverError(error)
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined
}

/** The codes of postgres.js and Node for a server that cannot be reached or closes the connection. */
const CONNECTION_CODES = new Set([
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECTION_SILENT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT'
])

/** The certificate is not trusted: the peer may not be the configured server. */
const DISTRUST =
  /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_CERT_IN_CHAIN$|DEPTH_ZERO_SELF_SIGNED_CERT$)/

/**
 * True for transient failures that the statement did not cause: no connection (class 08), no free slot or memory (53),
 * shutdown and start-up (57P), a cancelled statement (57014), a serialization failure or deadlock (40), a standby that
 * is not promoted yet (25006).
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = codeOf(error)
  const thrown = driverError(error)
  if (code === undefined) return thrown instanceof AggregateError && thrown.errors.some(isDatabaseUnavailable)
  return CONNECTION_CODES.has(code) || DISTRUST.test(code) || /^(08|40|53|57P|57014|25006)/.test(code)
}

/** True if the server is reachable but refuses this login (class 28) or has no such database. */
export function isRefusedConnection(error: unknown): boolean {
  const code = codeOf(error)
  return code === SQLSTATE.undefinedDatabase || code?.startsWith('28') === true
}

/**
 * True if the server refused a statement because of its rows: values (class 22), constraints (23), a serialization
 * failure or deadlock (40), limits. The same statement with fewer rows might succeed.
 */
export function isRefusedStatement(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && (/^(22|23|40)...$/.test(code) || OURS.has(code))
}

/**
 * Runs a statement for several items. `apart`: the server refused it because of at least one of them and changed
 * nothing. The caller must then submit each item separately, so that a bad one does not fail the others.
 */
export async function together<Result>(
  items: readonly unknown[],
  statement: () => Promise<Result>
): Promise<Result | 'apart'> {
  try {
    return await statement()
  } catch (error) {
    if (items.length > 1 && isRefusedStatement(error)) return 'apart'
    throw error
  }
}
