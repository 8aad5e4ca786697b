import type { DatabaseClient } from '../client.js'
import type { Client } from '../statement.js'
import { defineEventLogRepository, type EventLogRepository } from '../event-log-repository.js'
import { defineEventFeed, type EventFeedRepository } from '../event-feed.js'
import { ANY_SCHEMA, inDatabase, inSchema, type Begin, type TenantClient } from './client.js'
import { defineArchiveRepository, type ArchiveRepository } from './archive-repository.js'
import { defineBulkRepository, type BulkRepository } from './bulk-repository.js'
import { defineDocumentRepository, type DocumentRepository } from './documents-repository.js'
import { defineExportRepository, type ExportRepository } from './exports-repository.js'
import { defineFileRepository, type FileRepository } from './files-repository.js'
import { defineFolderRepository, type FolderRepository } from './folders-repository.js'
import { defineHoldRepository, type HoldRepository } from './holds-repository.js'
import { defineIdempotencyRepository, type IdempotencyRepository } from './idempotency-repository.js'
import { defineNextDue, type NextDue } from './next-due.js'
import { definePendingObjectRepository, type PendingObjectRepository } from './pending-objects-repository.js'
import { createTenantTables, type TenantTables } from './schema.js'
import { defineUploadSessionRepository, type UploadSessionRepository } from './upload-sessions-repository.js'
import { defineUploadRepository, type UploadRepository } from './uploads-repository.js'
import { defineUsageRepository, type UsageRepository } from './usage-repository.js'
import { defineVerificationRepository, type VerificationRepository } from './verifications-repository.js'
import {
  defineWebhookDeliveryRepository,
  type WebhookDeliveryRepository
} from './webhook-deliveries-repository.js'

/** One tenant's repositories, created once per pool; their statements are prepared once per connection. */
export interface TenantStore {
  documents: DocumentRepository
  bulk: BulkRepository
  folders: FolderRepository
  files: FileRepository
  verifications: VerificationRepository
  uploads: UploadRepository
  uploadSessions: UploadSessionRepository
  pendingObjects: PendingObjectRepository
  idempotencyKeys: IdempotencyRepository
  usage: UsageRepository
  eventLog: EventLogRepository
  eventFeed: EventFeedRepository
  webhookDeliveries: WebhookDeliveryRepository
  nextDue: NextDue
  holds: HoldRepository
  exports: ExportRepository
  archive: ArchiveRepository
}

/** Defines the statements on these tables for any client; each is rendered on first use. */
function defineTenantStore(tables: TenantTables): (client: TenantClient) => TenantStore {
  const documents = defineDocumentRepository(tables)
  const bulk = defineBulkRepository(tables)
  const folders = defineFolderRepository(tables)
  const files = defineFileRepository(tables)
  const verifications = defineVerificationRepository(tables)
  const uploads = defineUploadRepository(tables)
  const uploadSessions = defineUploadSessionRepository(tables)
  const pendingObjects = definePendingObjectRepository(tables)
  const idempotencyKeys = defineIdempotencyRepository(tables)
  const usage = defineUsageRepository(tables)
  const eventLog = defineEventLogRepository(tables)
  const eventFeed = defineEventFeed(tables)
  const webhookDeliveries = defineWebhookDeliveryRepository(tables)
  const nextDue = defineNextDue(tables)
  const holds = defineHoldRepository(tables)
  const exports = defineExportRepository(tables)
  const archive = defineArchiveRepository(tables)
  return (client) => ({
    documents: documents(client),
    bulk: bulk(client),
    folders: folders(client),
    files: files(client),
    verifications: verifications(client),
    uploads: uploads(client),
    uploadSessions: uploadSessions(client),
    pendingObjects: pendingObjects(client),
    idempotencyKeys: idempotencyKeys(client),
    usage: usage(client),
    eventLog: eventLog(client),
    eventFeed: eventFeed(client),
    webhookDeliveries: webhookDeliveries(client),
    nextDue: nextDue(client),
    holds: holds(client),
    exports: exports(client),
    archive: archive(client)
  })
}

const ofDatabases = defineTenantStore(createTenantTables())
const ofSchemas = defineTenantStore(createTenantTables(ANY_SCHEMA))

/** The store of a tenant that has its own database. */
export const createTenantStore = ({ sql }: Pick<DatabaseClient, 'sql'>): TenantStore =>
  ofDatabases(inDatabase(sql))

/** The store of a tenant that has a schema in a shared database. */
export const createTenantStoreIn = (schema: string, sql: Client, begin: Begin): TenantStore =>
  ofSchemas(inSchema(sql, schema, begin))
