import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import { evaluate } from './conditions.js'
import { addVary } from './vary.js'

/** Sends every request the answer that was made for the first one. */
export type ConstantAnswer = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

export const JSON_TYPE = 'application/json; charset=utf-8'

/** Preferred first. */
const CODINGS = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes)
}
const PREFERRED = ['br', 'gzip', 'identity']
const BY_PREFERENCE = { preferred: PREFERRED }

/** Version 1 takes our preference among equally acceptable codings, which its types do not declare. */
type EncodingNegotiator = Negotiator & {
  encodings: (available: string[], options: { preferred: string[] }) => string[]
}

/**
 * A response that is the same for everyone: made on the first request, and cached with its compressed forms (RFC 9110
 * §12.5.3) and the ETag that lets clients cache it too. The tag is weak, since it covers all forms.
 */
export function constantAnswer(contentType: string, make: () => string | Buffer): ConstantAnswer {
  const plain = once(async () => {
    const bytes = Buffer.from(make())
    return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url')}"` }
  })
  const coded = {
    br: once(async () => CODINGS.br((await plain()).bytes)),
    gzip: once(async () => CODINGS.gzip((await plain()).bytes))
  }

  return async (request, reply) => {
    const { bytes, etag } = await plain()
    addVary(reply, 'accept-encoding')
    void reply.headers({ etag: `W/${etag}`, 'cache-control': 'no-cache' })
    if (evaluate(request.headers, { etag }) === 'unchanged') return reply.code(304).send()
    const [coding] = (new Negotiator(request.raw) as EncodingNegotiator).encodings(PREFERRED, BY_PREFERENCE)
    void reply.type(contentType)
    if (coding !== 'br' && coding !== 'gzip') return reply.send(bytes)
    return reply.header('content-encoding', coding).send(await coded[coding]())
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
