import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { provide, resource } from '../resources.js'
import { createStorage } from './create-storage.js'
import type { LinkedObjects } from './disk-links.js'
import { DiskStorage } from './disk.js'
import type { ObjectStorage } from './object-storage.js'
import { confineToTenants, type StorageOfTenants } from './tenant-storage.js'

declare module '../resources.js' {
  interface Resources {
    /** The storage as services use it: each tenant's objects only. */
    tenantStorage: StorageOfTenants
    /** Null if links lead to the storage itself. */
    linkedObjects: LinkedObjects | null
    /** The driver itself: only for health checks. */
    storage: ObjectStorage
  }
}

/**
 * Provides, for services, `tenantStorage`, and `linkedObjects` if download links lead to this server; and `storage`,
 * the driver itself. The start fails if the driver's folder is not writable. It does not fail if an S3 server does not
 * answer: the server may come back, and health checks report it.
 */
async function storage(app: FastifyInstance): Promise<void> {
  const config = resource(app, 'config')
  const objects = await createStorage(config, () => config.http.publicUrl ?? ownUrl(app, config.http.port))
  if (objects instanceof DiskStorage) await objects.prepare()

  provide(app, 'storage', objects)
  provide(app, 'linkedObjects', objects instanceof DiskStorage ? objects : null)
  provide(
    app,
    'tenantStorage',
    confineToTenants(objects, (tenantId, key) =>
      app.log.error(
        { tenant_id: tenantId, s3_path: key },
        "the tenant's database names an object that belongs to another tenant; it was left alone"
      )
    )
  )
  app.addHook('onClose', async () => objects.close())
}

/** The URL at which this process listens. Read for every link, since port 0 becomes a real one only when it listens. */
function ownUrl(app: FastifyInstance, configuredPort: number): string {
  const address = app.server.address()
  if (address === null || typeof address === 'string') return `http://localhost:${configuredPort}`
  const { address: host, family, port } = address
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`
  return family === 'IPv6' ? `http://[${host}]:${port}` : `http://${host}:${port}`
}

export default fp(storage, { name: 'storage', dependencies: ['config'] })
