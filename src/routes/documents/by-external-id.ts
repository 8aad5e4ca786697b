import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ExternalId } from '../../../core/own-data.js'
import { etagOf, expectedRevisions } from '../../http/revision-tags.js'
import { PatchDocument } from '../../schemas/document-changes.js'
import { DocumentWithFile } from '../../schemas/documents.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { ETagHeader, IfMatchHeaders } from '../../schemas/revisions.js'
import { TenantParams } from '../../schemas/tenants.js'
import { changesIn, ChangedDocument, PATCH_TYPES } from './document-patch.js'
import { putDocument } from './put-document.js'

const ExternalIdParams = Type.Object({ ...TenantParams.properties, external_id: ExternalId })

/** Creates, reads and changes documents by their external ids. */
export const byExternalId: FastifyPluginAsyncTypebox = async (app) => {
  const { documents } = app.services
  await app.register(putDocument)

  app.get(
    '/by-external-id/:external_id',
    {
      config: { role: 'viewer', scope: 'documents:read' },
      schema: {
        operationId: 'getDocumentByExternalId',
        tags: ['Documents'],
        summary: 'Get a document by its external id',
        params: ExternalIdParams,
        response: {
          200: withHeaders(Success(DocumentWithFile, 'The document', 'DocumentResponse'), ETagHeader),
          ...tenantErrors('DOCUMENT_NOT_FOUND', 'VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { tenant, params } = request
      const document = await documents.getByExternalId(tenant, params.external_id)
      void reply.header('etag', etagOf(document))
      return { success: true as const, data: document }
    }
  )

  app.patch(
    '/by-external-id/:external_id',
    {
      config: { role: 'user', scope: 'documents:write', mergePatch: true },
      schema: {
        operationId: 'patchDocumentByExternalId',
        tags: ['Documents'],
        summary: 'Change parts of a document, by its external id',
        description: 'Like `patchDocument`, for the document with this external id.',
        consumes: PATCH_TYPES,
        headers: IfMatchHeaders,
        params: ExternalIdParams,
        body: PatchDocument,
        response: ChangedDocument
      }
    },
    async (request, reply) => {
      const { tenant, params, body, actor, headers } = request
      const by = { actor, expected: expectedRevisions(headers) }
      const changes = changesIn(body)
      const document = await documents.updateByExternalId(tenant, params.external_id, changes, by)
      void reply.header('etag', etagOf(document))
      return { success: true as const, message: 'Document updated', data: document }
    }
  )
}
