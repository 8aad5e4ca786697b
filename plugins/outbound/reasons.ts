/** What is said of errors that tell of a receiver; others could tell of our network. */
const REASONS: Record<string, string> = {
  TARGET_REFUSED: 'the host has an address that is not public',
  ENOTFOUND: 'the name of the host does not resolve',
  ENODATA: 'the name of the host has no address',
  ESERVFAIL: 'the DNS server of the host failed',
  ETIMEOUT: 'the DNS server of the host did not answer',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed before an answer came',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within 3 seconds',
  ETIMEDOUT: 'no connection within 3 seconds',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the host cannot be reached',
  UND_ERR_HEADERS_TIMEOUT: 'no answer within 10 seconds',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too large',
  TimeoutError: 'no answer within 10 seconds',
  AbortError: 'the attempt was cut off'
}

/** A sentence about a request that failed, for the tenant's admins. */
export function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  // An abort has a numeric code (DOMException); its name says more.
  const word = typeof code === 'string' ? code : String(name)
  const known = REASONS[word]
  if (known !== undefined) return known
  if (name === 'HTTPParserError') return 'the answer is not HTTP'
  if (isOfTls(word)) return `TLS failed: ${word}`
  return 'the request failed'
}

const isOfTls = (code: string) =>
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO$|HOSTNAME_MISMATCH$)/.test(code)
