import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'

/** As postgres.js hands them to `tls.connect`. */
type TlsOptions = Pick<ConnectionOptions, 'rejectUnauthorized' | 'ca' | 'checkServerIdentity' | 'host'>

/** The contents of certificate files, each read once, since pools open all the time. */
const certificates = new Map<string, string>()

const MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const

/**
 * Splits a database URL into its TLS settings and the URL without them.
 * https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 * @throws {Error} whose message continues after the name of the setting
 */
export function tlsOptions(databaseUrl: string): { url: string; ssl?: TlsOptions | false } {
  const url = new URL(databaseUrl)
  const mode = url.searchParams.get('sslmode')
  const file = url.searchParams.get('sslrootcert')
  if (mode === null && file === null) return { url: databaseUrl }
  url.searchParams.delete('sslmode')
  url.searchParams.delete('sslrootcert')
  if (!MODES.some((known) => known === mode))
    throw new Error(`needs an sslmode that is one of ${MODES.join(', ')}`)
  if (mode === 'disable') return { url: url.href, ssl: false }
  const ca = file === null || file === 'system' ? {} : { ca: certificateIn(file) }
  // As in libpq: if there is a root certificate, it is used for verification.
  if (mode === 'require')
    return { url: url.href, ssl: { rejectUnauthorized: file !== null, ...ca, ...anyName } }
  // Without the host, Node would compare the certificate with "localhost" if the host is an address.
  const name = mode === 'verify-ca' ? anyName : { host: url.hostname.replace(/^\[|\]$/g, '') }
  return { url: url.href, ssl: { rejectUnauthorized: true, ...ca, ...name } }
}

/** Accepts a certificate for any host name. */
const anyName = { checkServerIdentity: () => undefined }

function certificateIn(file: string): string {
  let pem = certificates.get(file)
  if (pem === undefined) {
    try {
      pem = readFileSync(file, 'utf8')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new Error(`has an sslrootcert that cannot be read: ${file} (${code})`, { cause: error })
    }
    certificates.set(file, pem)
  }
  return pem
}
