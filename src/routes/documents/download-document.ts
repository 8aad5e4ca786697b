import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Disposition, DocumentParams } from '../../schemas/documents.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { Moment } from '../../../core/formats.js'

export const downloadDocument: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:document_id/download',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'downloadDocument',
        tags: ['Documents'],
        summary: 'A pre-signed URL that downloads the document',
        description:
          'The URL works without a token until it expires, also if access is taken away meanwhile. Types that a ' +
          'browser could run are sent as application/octet-stream and attachment, also when inline is asked.',
        params: DocumentParams,
        querystring: Type.Object({
          redirect: Type.Boolean({ default: true, description: 'false: answer the URL as JSON' }),
          disposition: Disposition
        }),
        response: {
          200: Success(
            Type.Object({
              url: Type.String({
                description: 'Whoever has it may download',
                examples: ['https://documents.example.com/objects/tenants/…?signature=…']
              }),
              expires_at: Moment
            }),
            'The URL'
          ),
          302: withHeaders(Type.Null({ description: 'The URL is in the Location header' }), {
            location: Type.String({
              description: 'The pre-signed URL',
              examples: ['https://documents.example.com/objects/tenants/…?signature=…']
            })
          }),
          ...tenantErrors('DOCUMENT_NOT_FOUND', 'FILE_NOT_FOUND', 'VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, query, actor } = request
      const { documents } = app.services
      const download = await documents.signDownload(tenant, params.document_id, query.disposition, actor)
      void reply.header('cache-control', 'no-store')
      if (query.redirect) return reply.redirect(download.url, 302)
      return { success: true as const, data: download }
    }
  )
}
