import type {} from '@fastify/swagger'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { settingsOf } from '../../http/settings.js'
import { carriesBytes, sendContent } from '../../http/content-reply.js'
import { answerTo } from '../../http/http-range.js'
import { holdPlace, type EnterLine } from '../../http/paced-reply.js'
import { AppError } from '../../../core/errors.js'

type DownloadRequest = FastifyRequest<{ Params: { '*': string }; Querystring: Record<string, unknown> }>

/**
 * Serves what the disk driver's links lead to, as S3 does for the other driver: GET and HEAD, with ranges
 * and conditions (RFC 9110). Whoever has the link may download; nothing else is asked. There is no such route with S3.
 * Refuses with LINK_INVALID, FILE_NOT_FOUND, PRECONDITION_FAILED, RANGE_NOT_SATISFIABLE, DOWNLOADS_BUSY.
 */
export default async function diskDownloads(app: FastifyInstance): Promise<void> {
  const { downloads, linkedDownloads } = app.services
  if (linkedDownloads === null) return
  const { connectionIdle: patience } = settingsOf(app).http.timeouts

  app.route({
    method: ['GET', 'HEAD'],
    url: '/objects/*',
    // Links are made by the API, never by clients, so they are no part of its documentation.
    schema: { hide: true },
    // What is signed is checked; S3 clients and caches add parameters of their own, and S3 ignores those too.
    config: { anyQuery: true },
    handler: async (request: DownloadRequest, reply) => {
      // Everywhere else a slash at the end is ignored, here it would be part of another key.
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
      const range = answer.status === 206 ? answer.range : {}
      const bytes = hasBody ? object.file.createReadStream(range) : undefined
      return sendContent(reply, answer, { ...object, ...download.headers, cacheControl: 'private' }, bytes)
    }
  })
}
