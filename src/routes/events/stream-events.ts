import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { EVENT_STREAM, requireEventStream, sendEventStream } from '../../http/event-stream.js'
import { tenantErrors } from '../../schemas/envelope.js'
import { StreamHeaders, StreamQuery } from '../../schemas/events.js'
import { TenantParams } from '../../schemas/tenants.js'
import { seesAudit } from './sees-audit.js'

export const streamEvents: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/stream',
    {
      config: { role: 'viewer', scope: 'events:read' },
      // A HEAD could report nothing without opening a stream.
      exposeHeadRoute: false,
      schema: {
        operationId: 'streamEvents',
        tags: ['Events'],
        summary: 'Stream the events of a tenant as they happen',
        description:
          'An endless stream of server-sent events: `id` is a cursor, `event` the type, `data` a `LoggedEvent`. The event ' +
          '`cursor` only says how far the stream has got. The stream ends when the access token expires, when you lose access ' +
          'to the tenant, or when the server stops: reconnect with `Last-Event-ID`, and nothing is missed or repeated. ' +
          '`Accept` must name `text/event-stream`. In browsers, use `fetch`: `EventSource` cannot send a token.',
        params: TenantParams,
        querystring: StreamQuery,
        headers: StreamHeaders,
        response: {
          200: {
            description: 'The events, as long as the client reads them',
            content: {
              [EVENT_STREAM]: {
                schema: Type.String({ examples: ['id: …\nevent: document.uploaded\ndata: {…}\n\n'] })
              }
            }
          },
          ...tenantErrors(
            'VALIDATION_ERROR',
            'NOT_ACCEPTABLE',
            'CURSOR_EXPIRED',
            'TOO_MANY_STREAMS',
            'EVENTS_NOT_READY'
          )
        }
      }
    },
    async (request, reply) => {
      requireEventStream(request)
      const { tenant, query, headers } = request
      const stream = await app.services.events.open(tenant, query, headers['last-event-id'], {
        seesAudit: () => seesAudit(request),
        confirmAccess: () => app.askAsNew(request),
        cut: () => void request.raw.socket.destroy()
      })
      return sendEventStream(request, reply, stream)
    }
  )
}
