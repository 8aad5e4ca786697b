import type { FastifyInstance } from 'fastify'
import type { DiskStorage } from '../../plugins/storage/disk.js'
import diskDownloads from '../../src/routes/objects/download-object.js'
import { createLinkedDownloads } from '../../src/services/documents/linked-downloads.js'
import { createDownloadLine } from '../../src/services/documents/download-line.js'

/** Serves only the links of a disk storage, without the rest of the API. */
export async function serveObjects(app: FastifyInstance, storage: DiskStorage): Promise<void> {
  app.decorate('config', { http: { timeouts: { connectionIdle: 120 } } })
  const services = { downloads: createDownloadLine(100), linkedDownloads: createLinkedDownloads(storage) }
  app.decorate('services', services as FastifyInstance['services'])
  app.decorateRequest('sender', { getter: () => '127.0.0.1' })
  await app.register(diskDownloads)
}
