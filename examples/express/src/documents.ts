import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Router, type Response } from 'express'
import { onBehalfOf } from './strongroom.js'

/** The number of documents in the list. */
const NEWEST = 100

/** A response with what app.ts knows about the request's user. */
type InTenant = Response<unknown, { tenantId: string; userId: string }>

export const documents = Router()

documents.post('/', async (request, response: InTenant) => {
  const { name } = request.query
  if (typeof name !== 'string') {
    response.status(422).json({ error: 'Add ?name= with the name of the file' })
    return
  }
  // Streamed through: the product never holds a whole file, in memory or on its disk.
  const { tenantId, userId } = response.locals
  const { id, filename, file } = await onBehalfOf(userId).documents.upload(
    tenantId,
    Readable.toWeb(request),
    {
      filename: name,
      mimeType: request.get('content-type')
    }
  )
  response.status(201).json({ id, name: filename, size: file.file_size })
})

documents.get('/', async (_request, response: InTenant) => {
  const { tenantId, userId } = response.locals
  const newest = []
  const query = { sort: '-created_at', per_page: NEWEST } as const
  for await (const { id, filename, created_at } of onBehalfOf(userId).documents.list(tenantId, query)) {
    newest.push({ id, name: filename, uploaded: created_at })
    if (newest.length === NEWEST) break
  }
  response.json(newest)
})

documents.get('/:id', async (request, response: InTenant) => {
  const { tenantId, userId } = response.locals
  const client = onBehalfOf(userId)
  const { filename } = await client.documents.get(tenantId, request.params.id)
  const { stream, size, mimeType } = await client.documents.download(tenantId, request.params.id)
  // A user's file could be a page with a script. As an attachment that is not sniffed, it cannot run in the product's
  // origin.
  response.attachment(filename)
  response.setHeader('content-type', mimeType)
  response.setHeader('content-length', size)
  response.setHeader('x-content-type-options', 'nosniff')
  await pipeline(Readable.fromWeb(stream), response)
})
