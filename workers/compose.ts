import type { FastifyInstance } from 'fastify'
import { rowMover } from '../db/move/row-mover.js'
import { resource } from '../plugins/resources.js'
import { createAuditService } from '../src/services/audit/audit-service.js'
import { createFileService } from '../src/services/files/file-service.js'
import { createFileVerification } from '../src/services/files/file-verification.js'
import { createObjectRemoval, warnOfPostponed } from '../src/services/files/object-removal.js'
import { createBackgroundFinisher } from '../src/services/resumable/background-finisher.js'
import { createBackgroundExporter } from '../src/services/exports/background-exporter.js'
import { createTenantMoving } from '../src/services/tenants/tenant-move.js'
import { createTenantCompletion } from '../src/services/tenants/tenant-completion.js'

export type WorkerServices = ReturnType<typeof createWorkerServices>

/** The services that event handlers and the sweeper need. None is for log-ins, which a worker does not serve. */
export function createWorkerServices(app: FastifyInstance) {
  const { tenants, members, audit, archives, tenantMoves } = resource(app, 'database')
  const router = resource(app, 'router')
  const change = resource(app, 'change')
  const storage = resource(app, 'tenantStorage')
  const hashing = resource(app, 'hashing')
  const removal = createObjectRemoval({ router, storage, onPostponed: warnOfPostponed(app.log) })
  const { limits, mail, tenancy } = resource(app, 'config')
  const counts = resource(app, 'uploadCounts')
  const log = app.log.child({ component: 'finisher' })
  const uploads = createBackgroundFinisher({
    ...{ router, change, storage, hashing, removal, limits, counts, tenants, members, log }
  })
  return {
    uploads,
    exports: createBackgroundExporter({
      ...{ router, storage, change, removal, archives, hasMail: mail.transport.kind !== 'none' },
      log: app.log.child({ component: 'exporter' })
    }),
    audit: createAuditService({ audit }),
    files: createFileService({ router, change, removal }),
    verification: createFileVerification({
      ...{ router, change, storage, hashing },
      log: app.log.child({ component: 'verification' })
    }),
    tenants: createTenantCompletion({
      tenants,
      places: resource(app, 'places'),
      outboxes: resource(app, 'outboxes')
    }),
    moving: createTenantMoving({
      moves: tenantMoves,
      router,
      places: resource(app, 'places'),
      rowMover,
      grace: tenancy.moveGrace,
      osUser: 'worker'
    }),
    removal
  }
}
