/**
 * Texts for errors that are about the receiver. Other errors get none: they could reveal something about our network.
 */
const REASONS: Record<string, string> = {
  TARGET_REFUSED: 'the host has an address that is not public',
  ENOTFOUND: 'the host name does not resolve',
  ENODATA: 'the host name has no address',
  ESERVFAIL: 'the DNS server failed to resolve the host name',
  ETIMEOUT: 'the DNS server did not respond',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed before a response arrived',
  // Of the last address that was tried: looking up the name and other addresses took their own time.
  UND_ERR_CONNECT_TIMEOUT: 'an address of the host accepted no connection within 3 seconds',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the host cannot be reached',
  UND_ERR_HEADERS_TIMEOUT: 'no response within 10 seconds',
  UND_ERR_HEADERS_OVERFLOW: 'the response headers are too large',
  TimeoutError: 'no response within 10 seconds',
  AbortError: 'the attempt was interrupted'
}

/** Why a request failed, as a text for the tenant's admins. */
export function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  // An abort has a numeric code (DOMException); its name says more.
  const word = typeof code === 'string' ? code : String(name)
  const known = REASONS[word]
  if (known !== undefined) return known
  if (name === 'HTTPParserError') return 'the response is not HTTP'
  if (isOfTls(word)) return `TLS failed: ${word}`
  return 'the request failed'
}

const isOfTls = (code: string) =>
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO$|HOSTNAME_MISMATCH$)/.test(code)
