import type {} from '@fastify/swagger'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { settingsOf } from '../../http/settings.js'
import { carriesBytes, sendContent } from '../../http/content-reply.js'
import { answerTo } from '../../http/http-range.js'
import { holdPlace, type EnterLine } from '../../http/paced-reply.js'
import { AppError } from '../../../core/errors.js'

type DownloadRequest = FastifyRequest<{ Params: { '*': string }; Querystring: Record<string, unknown> }>

/**
 * Serves the disk driver's download URLs, as S3 does for the other driver: GET and HEAD, with ranges and conditions
 * (RFC 9110). Anyone who has the link may download; nothing else is checked. With S3 this route does not exist. Refuses
 * with LINK_INVALID, FILE_NOT_FOUND, PRECONDITION_FAILED, RANGE_NOT_SATISFIABLE, DOWNLOADS_BUSY.
 */
export default async function diskDownloads(app: FastifyInstance): Promise<void> {
  const { downloads, linkedDownloads } = app.services
  if (linkedDownloads === null) return
  const { connectionIdle: patience } = settingsOf(app).http.timeouts

  app.route({
    method: ['GET', 'HEAD'],
    url: '/objects/*',
    // Links are made by the API, never by clients, so they are not part of its documentation.
    schema: { hide: true },
    // Only what is signed is checked; S3 clients and caches add their own parameters, which S3 ignores too.
    config: { anyQuery: true },
    handler: async (request: DownloadRequest, reply) => {
      // Elsewhere a trailing slash is ignored; here it would be part of another key.
      if (/^[^?]*\/(\?|$)/.test(request.url)) throw new AppError('LINK_INVALID')
      const key = request.params['*']
      const download = linkedDownloads.follow(key, request.query)
      if (request.method === 'GET') {
        const enter: EnterLine = (signal) =>
          downloads.enter(download.tenantId, `address ${request.sender}`, signal)
        await holdPlace(request, reply, enter, { patience })
      }
      const object = await download.open()
      const answer = answerTo(request.method, request.headers, object)
      const hasBody = carriesBytes(request.method, answer)
      if (!hasBody) await object.file.close()
      // The stream closes the file.
      const range = answer.status === 206 ? answer.range : undefined
      const bytes = hasBody ? object.read(range) : undefined
      return sendContent(reply, answer, { ...object, ...download.headers, cacheControl: 'private' }, bytes)
    }
  })
}
