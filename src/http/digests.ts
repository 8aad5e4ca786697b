import { createHash } from 'node:crypto'
import { AppError } from '../../core/errors.js'

/** A digest that the client declared. */
interface DeclaredDigest {
  algorithm: 'md5' | 'sha256' | 'sha512'
  digest: Buffer
}

/** Header fields by lower-case name. */
type Fields = Readonly<Record<string, unknown>>

/** The algorithms of RFC 9530 §5 that are verified here, with the number of bytes in each digest. */
const ALGORITHMS = new Map<string, { algorithm: DeclaredDigest['algorithm']; bytes: number }>([
  ['sha-256', { algorithm: 'sha256', bytes: 32 }],
  ['sha-512', { algorithm: 'sha512', bytes: 64 }],
  ['md5', { algorithm: 'md5', bytes: 16 }]
])
/** Content without a coding is its own representation, so both mean the same (RFC 9530 §3). */
const DIGEST_FIELDS = ['content-digest', 'repr-digest'] as const
/** A dictionary member whose value is a byte sequence (RFC 8941 §3.2, §3.3.5), and its parameters without strings. */
const MEMBER =
  /^[ \t]*([a-z*][a-z0-9_\-.*]*)=:([A-Za-z0-9+/]*={0,2}):(?:;[ ]*[a-z*][a-z0-9_\-.*]*(?:=[\w\-.:+/=*]*)?)*[ \t]*$/

/**
 * The same bytes as `body`, which fail at the end if they do not match the digests that the header fields declare:
 * Content-MD5 (RFC 1864), Content-Digest and Repr-Digest (RFC 9530). Unknown algorithms are ignored, as RFC 9530 §2
 * allows, but at least one must be known.
 * @param trailers filled at the end of the body, possibly with more of these fields
 * @throws {AppError} VALIDATION_ERROR, naming the field; reading the bytes throws it too, and CHECKSUM_MISMATCH
 */
export function withDeclaredDigests(
  body: AsyncIterable<Buffer>,
  headers: Fields,
  trailers?: Fields
): AsyncIterable<Buffer> {
  const declared = declaredIn(headers)
  // Only this header announces trailers in time.
  const more = headers['trailer'] === undefined ? undefined : trailers
  return declared.length === 0 && more === undefined ? body : verified(body, declared, more)
}

async function* verified(
  body: AsyncIterable<Buffer>,
  declared: readonly DeclaredDigest[],
  trailers: Fields | undefined
): AsyncGenerator<Buffer, void> {
  // It is not known yet which algorithms the trailers will name.
  const algorithms = trailers ? [...ALGORITHMS.values()] : declared
  const hashes = new Map(algorithms.map(({ algorithm }) => [algorithm, createHash(algorithm)]))
  for await (const chunk of body) {
    for (const hash of hashes.values()) hash.update(chunk)
    yield chunk
  }
  const found = new Map([...hashes].map(([algorithm, hash]) => [algorithm, hash.digest()]))
  for (const { algorithm, digest } of [...declared, ...declaredIn(trailers ?? {})])
    if (found.get(algorithm)?.equals(digest) !== true) throw new AppError('CHECKSUM_MISMATCH')
}

function declaredIn(fields: Fields): DeclaredDigest[] {
  const { 'content-md5': md5 } = fields
  return [
    ...(typeof md5 === 'string' ? [ofContentMd5(md5)] : []),
    ...DIGEST_FIELDS.flatMap((field) => {
      const value = fields[field]
      return typeof value === 'string' ? ofDictionary(field, value) : []
    })
  ]
}

function ofContentMd5(value: string): DeclaredDigest {
  if (!/^[A-Za-z0-9+/]{22}==$/.test(value)) throw invalid('content-md5', 'must be the base64 of 16 bytes')
  return { algorithm: 'md5', digest: Buffer.from(value, 'base64') }
}

function ofDictionary(field: string, value: string): DeclaredDigest[] {
  const members = new Map<string, string>()
  for (const member of value.split(',')) {
    const [, name, base64 = ''] = MEMBER.exec(member) ?? []
    if (name === undefined) throw invalid(field, 'must have the form sha-256=:<base64>: (RFC 9530)')
    // If a name is repeated, the last one counts (RFC 8941 §3.2).
    members.set(name, base64)
  }
  const known = [...members].flatMap(([name, base64]) => {
    const known = ALGORITHMS.get(name)
    if (known === undefined) return []
    const digest = Buffer.from(base64, 'base64')
    if (digest.length !== known.bytes) throw invalid(field, `must have ${known.bytes} bytes of ${name}`)
    return [{ algorithm: known.algorithm, digest }]
  })
  if (known.length === 0)
    throw invalid(field, 'must include a digest that the server can verify, such as sha-256')
  return known
}

const invalid = (field: string, message: string) =>
  new AppError('VALIDATION_ERROR', { details: [{ field: `/${field}`, message }] })
