import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { AppError } from '../../core/errors.js'

/** A digest that was declared of some bytes: hexadecimal, in lower case. */
export interface DeclaredDigest {
  algorithm: 'md5' | 'sha256'
  hex: string
}

/** What some bytes have. */
export interface Digests {
  md5Hash: string
  sha256: string
}

/** The algorithms of RFC 9530 §5 that are verified here, with the bytes of their digests. */
const ALGORITHMS = new Map<string, { algorithm: DeclaredDigest['algorithm']; bytes: number }>([
  ['sha-256', { algorithm: 'sha256', bytes: 32 }],
  ['md5', { algorithm: 'md5', bytes: 16 }]
])
/** A content that is not coded is its own representation, so both say the same (RFC 9530 §3). */
const DIGEST_FIELDS = ['content-digest', 'repr-digest'] as const
/** A member of a dictionary whose value is a byte sequence (RFC 8941 §3.2, §3.3.5), and its parameters without strings. */
const MEMBER =
  /^[ \t]*([a-z*][a-z0-9_\-.*]*)=:([A-Za-z0-9+/]*={0,2}):(?:;[ ]*[a-z*][a-z0-9_\-.*]*(?:=[\w\-.:+/=*]*)?)*[ \t]*$/

/**
 * The digests that header fields declare: Content-MD5 (RFC 1864), Content-Digest and Repr-Digest (RFC 9530). Of several
 * algorithms the unknown ones are ignored, as RFC 9530 §2 allows, but one of them has to be known.
 * @throws {AppError} VALIDATION_ERROR, naming the field
 */
export function declaredDigests(headers: Readonly<Record<string, unknown>>): DeclaredDigest[] {
  const { 'content-md5': md5 } = headers
  return [
    ...(typeof md5 === 'string' ? [ofContentMd5(md5)] : []),
    ...DIGEST_FIELDS.flatMap((field) => {
      const value = headers[field]
      return typeof value === 'string' ? ofDictionary(field, value) : []
    })
  ]
}

/** @throws {AppError} CHECKSUM_MISMATCH */
export function verifyDigests(declared: readonly DeclaredDigest[], found: Digests): void {
  for (const { algorithm, hex } of declared) {
    if (hex !== (algorithm === 'md5' ? found.md5Hash : found.sha256)) throw new AppError('CHECKSUM_MISMATCH')
  }
}

export function digestsOf(bytes: Uint8Array): Digests {
  const hash = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex')
  return { md5Hash: hash('md5'), sha256: hash('sha256') }
}

/**
 * The same bytes as `body`, which fail at their end when they do not have the digests that the request declares, in its
 * headers or trailers.
 * @throws {AppError} VALIDATION_ERROR, and CHECKSUM_MISMATCH from the bytes
 */
export function withDeclaredDigests(
  request: IncomingMessage,
  body: AsyncIterable<Buffer>
): AsyncIterable<Buffer> {
  const declared = declaredDigests(request.headers)
  const { trailer } = request.headers
  return declared.length === 0 && trailer === undefined ? body : verified(request, body, declared)
}

async function* verified(
  request: IncomingMessage,
  body: AsyncIterable<Buffer>,
  declared: readonly DeclaredDigest[]
): AsyncGenerator<Buffer, void> {
  const md5 = createHash('md5')
  const sha256 = createHash('sha256')
  for await (const chunk of body) {
    md5.update(chunk)
    sha256.update(chunk)
    yield chunk
  }
  const found = { md5Hash: md5.digest('hex'), sha256: sha256.digest('hex') }
  verifyDigests([...declared, ...declaredDigests(request.trailers)], found)
}

function ofContentMd5(value: string): DeclaredDigest {
  if (!/^[A-Za-z0-9+/]{22}==$/.test(value)) throw invalid('content-md5', 'must be the base64 of 16 bytes')
  return { algorithm: 'md5', hex: Buffer.from(value, 'base64').toString('hex') }
}

function ofDictionary(field: string, value: string): DeclaredDigest[] {
  const members = new Map<string, string>()
  for (const member of value.split(',')) {
    const [, name, base64 = ''] = MEMBER.exec(member) ?? []
    if (name === undefined) throw invalid(field, 'must be like sha-256=:<base64>: (RFC 9530)')
    // Of a name that comes twice the last one counts (RFC 8941 §3.2).
    members.set(name, base64)
  }
  const known = [...members].flatMap(([name, base64]) => {
    const known = ALGORITHMS.get(name)
    if (known === undefined) return []
    const digest = Buffer.from(base64, 'base64')
    if (digest.length !== known.bytes) throw invalid(field, `must have ${known.bytes} bytes of ${name}`)
    return [{ algorithm: known.algorithm, hex: digest.toString('hex') }]
  })
  if (known.length === 0) throw invalid(field, 'must have a digest of sha-256, which is what can be verified')
  return known
}

const invalid = (field: string, message: string) =>
  new AppError('VALIDATION_ERROR', { details: [{ field: `/${field}`, message }] })
