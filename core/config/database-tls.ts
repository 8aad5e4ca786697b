import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'

/** As postgres.js hands them to `tls.connect`. */
type TlsOptions = Pick<ConnectionOptions, 'rejectUnauthorized' | 'ca' | 'checkServerIdentity' | 'host'>

/** Files of certificates, read once: pools open all the time. */
const certificates = new Map<string, string>()

const MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const

/**
 * What the query of a URL says about TLS, and the URL without it.
 * https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 * @throws {Error} whose message goes on after the name of the setting
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
  // As libpq does it: with a certificate to compare with, it is compared.
  if (mode === 'require')
    return { url: url.href, ssl: { rejectUnauthorized: file !== null, ...ca, ...anyName } }
  // Without the host, Node would compare the certificate with "localhost" where the host is an address.
  const name = mode === 'verify-ca' ? anyName : { host: url.hostname.replace(/^\[|\]$/g, '') }
  return { url: url.href, ssl: { rejectUnauthorized: true, ...ca, ...name } }
}

/** The server's certificate may be for another name. */
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
