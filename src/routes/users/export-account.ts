import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { holdPlace, type EnterLine } from '../../http/paced-reply.js'
import { settingsOf } from '../../http/settings.js'
import { personErrors, Success } from '../../schemas/envelope.js'
import { AccountExport } from '../../schemas/account-export.js'

export const exportAccount: FastifyPluginAsyncTypebox = async (app) => {
  const { downloads, accountExport } = app.services
  const { connectionIdle: patience } = settingsOf(app).http.timeouts
  app.get(
    '/me/export',
    {
      config: { scope: 'persons', rateLimit: app.authRateLimit },
      schema: {
        operationId: 'exportAccount',
        tags: ['Users'],
        summary: 'Export everything stored about you',
        response: {
          200: Success(AccountExport, 'Your data'),
          ...personErrors('DOWNLOADS_BUSY')
        }
      }
    },
    async (request, reply) => {
      const { identity, actor } = request
      const enter: EnterLine = (signal) =>
        downloads.enter(`of account ${actor.userId}`, `account ${actor.userId}`, signal)
      await holdPlace(request, reply, enter, { patience, askAgain: () => request.askAgain() })
      const pieces = await accountExport.open(identity)
      void reply.headers({
        'content-type': 'application/json; charset=utf-8',
        'content-disposition': 'attachment; filename="strongroom-export.json"',
        'cache-control': 'no-store'
      })
      // Otherwise a HEAD would read everything and send nothing.
      if (request.method === 'HEAD') return reply.send(null as never)
      // A cast, since Fastify's types expect an object of the schema, not a stream of its JSON.
      return reply.send(Readable.from(pieces) as never)
    }
  )
}
