import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { byExternalId } from './by-external-id.js'
import { changeInBulk } from './change-in-bulk.js'
import { deleteDocument } from './delete-document.js'
import { documentContent } from './document-content.js'
import { downloadDocument } from './download-document.js'
import { getDocument } from './get-document.js'
import { listDocuments } from './list-documents.js'
import { updateDocument } from './update-document.js'
import { uploadDocument } from './upload-document.js'

/** The documents of a tenant. */
export const documentRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(listDocuments)
  await app.register(uploadDocument)
  await app.register(getDocument)
  await app.register(downloadDocument)
  await app.register(documentContent)
  await app.register(updateDocument)
  await app.register(deleteDocument)
  await app.register(byExternalId)
  await app.register(changeInBulk)
}
