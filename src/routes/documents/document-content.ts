import type { FastifyPluginAsyncTypebox, Static } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { settingsOf } from '../../http/settings.js'
import { carriesBytes, sendContent } from '../../http/content-reply.js'
import { contentDisposition, safeDownload } from '../../../core/download-headers.js'
import { holdPlace, type EnterLine } from '../../http/paced-reply.js'
import { answerTo } from '../../http/http-range.js'
import { ContentHeaders, ContentQuery, ContentReplies } from '../../schemas/content.js'
import { DocumentParams } from '../../schemas/documents.js'
import { tenantErrors } from '../../schemas/envelope.js'

type ContentRequest = FastifyRequest<{
  Params: Static<typeof DocumentParams>
  Querystring: Static<typeof ContentQuery>
}>

/** With one of these, whether bytes are sent depends on the file's size and tag (RFC 9110 §13.1, §14.2). */
const CONDITIONS = ['range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']

export const documentContent: FastifyPluginAsyncTypebox = async (app) => {
  const { documents, downloads } = app.services
  const { connectionIdle: patience } = settingsOf(app).http.timeouts

  async function handler(request: ContentRequest, reply: FastifyReply) {
    const { tenant, params, query, actor, method, headers } = request
    if (method === 'GET') {
      const askAgain = () => request.askAgain()
      const enter: EnterLine = (signal) => downloads.enter(tenant.id, `account ${actor.userId}`, signal)
      await holdPlace(request, reply, enter, { patience, askAgain })
    }
    // HEAD, and answers without bytes, give nothing away, so they leave no audit entry.
    const undecided = method === 'HEAD' || CONDITIONS.some((name) => headers[name] !== undefined)
    const document = undecided
      ? await documents.get(tenant, params.document_id)
      : await documents.download(tenant, params.document_id, actor)
    const { file } = document
    // Content never changes, but a document could be given other content, so the content's hash is the tag.
    const what = { size: file.file_size, etag: `"${file.sha256}"`, modified: new Date(file.created_at) }
    const answer = answerTo(method, headers, what)
    const range = answer.status === 206 ? answer.range : undefined
    const sends = carriesBytes(method, answer)
    if (undecided && sends) await documents.noteDownload(tenant, document, actor)
    const bytes = sends ? await documents.read(tenant, document, range) : undefined
    const { mime_type: mimeType, charset } = document
    const safe = safeDownload({ mimeType, charset, disposition: query.disposition })
    const content = {
      ...what,
      contentType: safe.contentType,
      contentDisposition: contentDisposition(safe.disposition, document.filename),
      // Browsers keep it but must revalidate it each time: access may have been revoked.
      cacheControl: 'private, no-cache'
    }
    return sendContent(reply, answer, content, bytes)
  }

  const asked = { params: DocumentParams, querystring: ContentQuery, headers: ContentHeaders }
  app.get(
    '/:document_id/content',
    {
      config: { role: 'viewer', scope: 'documents:read' },
      exposeHeadRoute: false,
      schema: {
        operationId: 'getDocumentContent',
        tags: ['Documents'],
        summary: 'Get the content of a document',
        description:
          'Sends the bytes through the API, for clients that cannot follow the redirect of `downloadDocument`. Ranges ' +
          '(one per request), ETags and conditional requests follow RFC 9110; the ETag is the SHA-256 of the content. A ' +
          'type that a browser could run is sent as application/octet-stream and as an attachment, even if you ask for ' +
          '`inline`.',
        ...asked,
        response: {
          ...ContentReplies,
          ...tenantErrors(
            'DOCUMENT_NOT_FOUND',
            'FILE_NOT_FOUND',
            'PRECONDITION_FAILED',
            'DOWNLOADS_BUSY',
            'RANGE_NOT_SATISFIABLE',
            'VALIDATION_ERROR',
            'STORAGE_UNAVAILABLE'
          )
        }
      }
    },
    handler
  )
  const { 200: whole, 304: unchanged } = ContentReplies
  app.head(
    '/:document_id/content',
    {
      config: { role: 'viewer', scope: 'documents:read', swagger: { exposeHeadRoute: true } },
      schema: {
        operationId: 'headDocumentContent',
        tags: ['Documents'],
        summary: 'Get the headers of the content of a document',
        description: 'You get the headers of the answer to GET, without a body. `Range` is ignored.',
        ...asked,
        response: {
          200: whole,
          304: unchanged,
          ...tenantErrors('DOCUMENT_NOT_FOUND', 'PRECONDITION_FAILED', 'VALIDATION_ERROR')
        }
      }
    },
    handler
  )
}
