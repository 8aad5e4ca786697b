import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { etagOf, expectedRevisions } from '../../http/revision-tags.js'
import { PatchDocument, UpdateDocument } from '../../schemas/document-changes.js'
import { DocumentParams } from '../../schemas/documents.js'
import { IfMatchHeaders } from '../../schemas/revisions.js'
import { changesIn, ChangedDocument, PATCH_TYPES } from './document-patch.js'

export const updateDocument: FastifyPluginAsyncTypebox = async (app) => {
  const { documents } = app.services

  app.put(
    '/:document_id',
    {
      config: { role: 'user', scope: 'documents:write' },
      schema: {
        operationId: 'updateDocument',
        tags: ['Documents'],
        summary: 'Change the name, the type or own data of a document',
        description:
          'Each field replaces what was there, and fields you leave out stay as they are. The content and the owner never change.',
        headers: IfMatchHeaders,
        params: DocumentParams,
        body: UpdateDocument,
        response: ChangedDocument
      }
    },
    async (request, reply) => {
      const { tenant, params, body, actor, headers } = request
      const by = { actor, expected: expectedRevisions(headers) }
      const document = await documents.update(tenant, params.document_id, body, by)
      void reply.header('etag', etagOf(document))
      return { success: true as const, message: 'Document updated', data: document }
    }
  )

  app.patch(
    '/:document_id',
    {
      config: { role: 'user', scope: 'documents:write', mergePatch: true },
      schema: {
        operationId: 'patchDocument',
        tags: ['Documents'],
        summary: 'Change parts of a document',
        description:
          'A merge patch (RFC 7396): what you leave out stays as it is, also within `metadata`, and null removes a value.',
        consumes: PATCH_TYPES,
        headers: IfMatchHeaders,
        params: DocumentParams,
        body: PatchDocument,
        response: ChangedDocument
      }
    },
    async (request, reply) => {
      const { tenant, params, body, actor, headers } = request
      const by = { actor, expected: expectedRevisions(headers) }
      const document = await documents.update(tenant, params.document_id, changesIn(body), by)
      void reply.header('etag', etagOf(document))
      return { success: true as const, message: 'Document updated', data: document }
    }
  )
}
