import type {} from '@fastify/swagger'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../src/errors.js'
import type { DiskStorage } from './disk.js'
import { answerTo } from './http-range.js'

type DownloadRequest = FastifyRequest<{ Params: { '*': string }; Querystring: Record<string, unknown> }>

/**
 * Serves what `DiskStorage.signDownload` links to, as S3 does for the other driver: GET and HEAD, with ranges
 * and conditions (RFC 9110). Whoever has the link may download; nothing else is asked. For the disk driver only.
 * Refuses with LINK_INVALID, FILE_NOT_FOUND, RANGE_NOT_SATISFIABLE.
 */
export default async function diskDownloads(app: FastifyInstance): Promise<void> {
  const storage = app.getDecorator<DiskStorage>('storage')

  app.route({
    method: ['GET', 'HEAD'],
    url: '/objects/*',
    // Links are made by the API, never by clients, so they are no part of its documentation.
    schema: { hide: true },
    handler: async (request: DownloadRequest, reply) => {
      const key = request.params['*']
      const link = storage.verifyDownload(key, request.query)
      const object = await storage.open(key)
      if (object === null) throw new AppError('FILE_NOT_FOUND')

      const answer = answerTo(request.method, request.headers, object)
      const hasBody = request.method === 'GET' && (answer.status === 200 || answer.status === 206)
      if (!hasBody) await object.file.close()
      if (answer.status === 416) {
        reply.header('content-range', `bytes */${object.size}`)
        throw new AppError('RANGE_NOT_SATISFIABLE')
      }

      reply.code(answer.status).headers({
        'cache-control': 'private',
        etag: object.etag,
        'last-modified': object.modified.toUTCString()
      })
      if (answer.status === 304) return reply.send()

      reply.headers({
        'accept-ranges': 'bytes',
        'content-type': link.contentType,
        'content-disposition': link.contentDisposition,
        'content-security-policy': contentSecurityPolicy(link.contentType),
        'x-content-type-options': 'nosniff'
      })
      if (answer.status === 206) {
        const { start, end } = answer.range
        reply
          .header('content-range', `bytes ${start}-${end}/${object.size}`)
          .header('content-length', end - start + 1)
        return reply.send(object.file.createReadStream({ start, end }))
      }
      reply.header('content-length', object.size)
      // Fastify destroys the stream when the client goes away, and the stream closes the file.
      return reply.send(hasBody ? object.file.createReadStream() : undefined)
    }
  })
}

/** PDF viewers refuse to work in a sandbox (https://crbug.com/271452), and run no script of the document's origin. */
function contentSecurityPolicy(contentType: string): string {
  return contentType === 'application/pdf' ? "default-src 'none'" : "sandbox; default-src 'none'"
}
