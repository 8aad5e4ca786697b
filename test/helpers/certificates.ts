import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certificates {
  /** The file of the authority that signed the certificate. */
  ca: string
  /** The file of an authority that did not sign it. */
  otherCa: string
  /** PEM. */
  certificate: string
  key: string
}

/**
 * Makes two authorities and a certificate that the first one signs, with openssl.
 * @param name the certificate's subject: "IP:127.0.0.1" or "DNS:localhost"
 */
export function makeCertificates(folder: string, name: string): Certificates {
  const at = (file: string) => join(folder, file)
  const openssl = (...args: string[]) => void execFileSync('openssl', args, { stdio: 'pipe' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  for (const authority of ['ca', 'other-ca']) {
    const subject = `/CN=Strongroom test ${authority}`
    const files = ['-keyout', at(`${authority}.key`), '-out', at(`${authority}.pem`)]
    openssl('req', '-x509', ...newKey, '-days', '2', '-subj', subject, ...files)
  }
  writeFileSync(at('names.txt'), `subjectAltName=${name}\n`)
  openssl(
    'req',
    ...newKey,
    '-subj',
    '/CN=strongroom-test',
    '-keyout',
    at('server.key'),
    '-out',
    at('server.csr')
  )
  const signing = [
    '-CA',
    at('ca.pem'),
    '-CAkey',
    at('ca.key'),
    '-CAcreateserial',
    '-extfile',
    at('names.txt')
  ]
  openssl('x509', '-req', '-in', at('server.csr'), ...signing, '-days', '2', '-out', at('server.pem'))
  return {
    ca: at('ca.pem'),
    otherCa: at('other-ca.pem'),
    certificate: readFileSync(at('server.pem'), 'utf8'),
    key: readFileSync(at('server.key'), 'utf8')
  }
}
