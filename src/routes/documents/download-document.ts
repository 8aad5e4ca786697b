import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Disposition, DocumentParams, DownloadUrl, EXAMPLE_URL } from '../../schemas/documents.js'
import { BODY_ERRORS, bytes, Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'

const ERRORS = ['DOCUMENT_NOT_FOUND', 'FILE_NOT_FOUND', 'VALIDATION_ERROR'] as const
const DESCRIPTION =
  'The URL works without a token until it expires, even if you lose access in the meantime. A type that a browser ' +
  'could run is sent as application/octet-stream and as an attachment, even if you ask for `inline`.'

/** `redirect` is deprecated since 2026-11-29 (RFC 9745), and works until 2027-06-01 at least (RFC 8594). */
const REDIRECT_DEPRECATED = { deprecation: '@1795910400', sunset: 'Tue, 01 Jun 2027 00:00:00 GMT' }

/** Downloads by a pre-signed URL, which clients get as a redirect or as JSON. */
export const downloadDocument: FastifyPluginAsyncTypebox = async (app) => {
  const { documents } = app.services
  const { description, ...url } = Success(DownloadUrl, 'The pre-signed URL')

  app.get(
    '/:document_id/download',
    {
      config: { role: 'viewer', scope: 'documents:read' },
      schema: {
        operationId: 'downloadDocument',
        tags: ['Documents'],
        summary: 'Download a document',
        description: `Redirects to a pre-signed URL of the content. ${DESCRIPTION}`,
        params: DocumentParams,
        querystring: Type.Object({
          // No default, so that the handler knows whether the client sent it.
          redirect: Type.Optional(
            Type.Boolean({
              deprecated: true,
              examples: [true],
              description:
                'Leave it out, or use `createDownloadUrl`. With false, you get the URL as JSON. Works until 2027-06-01 at least'
            })
          ),
          disposition: Disposition
        }),
        response: {
          200: {
            description:
              'The content, if your client follows the redirect; the URL as JSON with `redirect=false`',
            content: { 'application/octet-stream': { schema: bytes }, 'application/json': { schema: url } }
          },
          302: withHeaders(Type.Null({ description: 'A redirect to the pre-signed URL' }), {
            location: Type.String({ description: 'The pre-signed URL', examples: [EXAMPLE_URL] })
          }),
          ...tenantErrors(...ERRORS)
        }
      }
    },
    async (request, reply) => {
      const { tenant, params, query, actor } = request
      const download = await documents.signDownload(tenant, params.document_id, query.disposition, actor)
      void reply.header('cache-control', 'no-store')
      if (query.redirect !== undefined) void reply.headers(REDIRECT_DEPRECATED)
      if (query.redirect !== false) return reply.redirect(download.url, 302)
      return { success: true as const, data: download }
    }
  )

  app.post(
    '/:document_id/download-url',
    {
      config: { role: 'viewer', scope: 'documents:read' },
      schema: {
        operationId: 'createDownloadUrl',
        tags: ['Documents'],
        summary: 'Create a download URL for a document',
        description: `Returns a pre-signed URL of the content. ${DESCRIPTION}`,
        params: DocumentParams,
        querystring: Type.Object({ disposition: Disposition }),
        response: { 200: { ...url, description }, ...tenantErrors(...ERRORS, ...BODY_ERRORS) }
      }
    },
    async ({ tenant, params, query, actor }) => ({
      success: true as const,
      data: await documents.signDownload(tenant, params.document_id, query.disposition, actor)
    })
  )
}
