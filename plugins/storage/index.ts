import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../../core/config/config.js'
import { createStorage } from './create-storage.js'
import { DiskStorage } from './disk.js'
import { confineToTenants } from './tenant-storage.js'

/**
 * Decorates the application with what services work with, `tenantStorage`, the `StorageOfTenants`, and `linkedObjects`,
 * where download links lead to this server; and with `storage`, the driver itself, which only health checks have to do
 * with. A folder that cannot be written to stops the start. An S3 server that does not answer does not: it may come back,
 * and health checks ask for it.
 */
async function storage(app: FastifyInstance): Promise<void> {
  const config = app.getDecorator<Config>('config')
  const objects = await createStorage(config, () => config.http.publicUrl ?? ownUrl(app, config.http.port))
  if (objects instanceof DiskStorage) await objects.prepare()

  app.decorate('storage', objects)
  app.decorate('linkedObjects', objects instanceof DiskStorage ? objects : null)
  app.decorate(
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

/** Where this process listens; read for every link, since the port 0 becomes a real one only then. */
function ownUrl(app: FastifyInstance, configuredPort: number): string {
  const address = app.server.address()
  if (address === null || typeof address === 'string') return `http://localhost:${configuredPort}`
  const { address: host, family, port } = address
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`
  return family === 'IPv6' ? `http://[${host}]:${port}` : `http://${host}:${port}`
}

export default fp(storage, { name: 'storage', dependencies: ['config'] })
