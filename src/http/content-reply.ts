import { pipeline, type Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { AppError } from '../../core/errors.js'
import { exactly } from './exact-length.js'
import type { Answer, Representation } from './http-range.js'

/** A representation and the headers under which a browser may see it; see `core/download-headers.ts`. */
export interface Content extends Representation {
  contentType: string
  contentDisposition: string
  cacheControl: string
}

/** Whether the response contains the bytes, or part of them. */
export function carriesBytes(method: string, answer: Answer): boolean {
  return method === 'GET' && (answer.status === 200 || answer.status === 206)
}

/**
 * Sends a download as `answerTo` decided; pass `bytes` if `carriesBytes` says so. Fastify destroys the stream if the
 * client disconnects.
 * @throws {AppError} PRECONDITION_FAILED, RANGE_NOT_SATISFIABLE
 */
export function sendContent(
  reply: FastifyReply,
  answer: Answer,
  content: Content,
  bytes: Readable | undefined
): FastifyReply {
  if (answer.status === 412) throw new AppError('PRECONDITION_FAILED')
  if (answer.status === 416) {
    void reply.header('content-range', `bytes */${content.size}`)
    throw new AppError('RANGE_NOT_SATISFIABLE')
  }
  void reply.code(answer.status).headers({
    'cache-control': content.cacheControl,
    etag: content.etag,
    'last-modified': content.modified.toUTCString()
  })
  if (answer.status === 304) return reply.send()

  void reply.headers({
    'accept-ranges': 'bytes',
    'content-type': content.contentType,
    'content-disposition': content.contentDisposition,
    'content-security-policy': contentSecurityPolicy(content.contentType),
    // Pages of other origins may show it: the link or the token has already authorised the request.
    'cross-origin-resource-policy': 'cross-origin'
  })
  if (answer.status === 206) {
    const { start, end } = answer.range
    void reply.header('content-range', `bytes ${start}-${end}/${content.size}`)
    return sendExactly(reply, end - start + 1, bytes)
  }
  return sendExactly(reply, content.size, bytes)
}

/** If the storage or the client breaks off, the other side ends too; an error after the headers ends the connection. */
function sendExactly(reply: FastifyReply, length: number, bytes: Readable | undefined): FastifyReply {
  void reply.header('content-length', length)
  return reply.send(bytes && pipeline(bytes, exactly(length), () => undefined))
}

/** PDF viewers do not work in a sandbox (https://crbug.com/271452), and run no script of the document's origin. */
function contentSecurityPolicy(contentType: string): string {
  return contentType === 'application/pdf' ? "default-src 'none'" : "sandbox; default-src 'none'"
}
