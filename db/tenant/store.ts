import type { DatabaseClient } from '../client.js'
import { createOutboxRepository, type OutboxRepository } from '../outbox-repository.js'
import { createDocumentRepository, type DocumentRepository } from './documents-repository.js'
import { createFileRepository, type FileRepository } from './files-repository.js'
import { createIdempotencyRepository, type IdempotencyRepository } from './idempotency-repository.js'
import { createPendingObjectRepository, type PendingObjectRepository } from './pending-objects-repository.js'
import { createTenantTables, type TenantTables } from './schema.js'
import { tableNames } from './table-names.js'
import { createUploadRepository, type UploadRepository } from './uploads-repository.js'
import { createUsageRepository, type UsageRepository } from './usage-repository.js'

/** One tenant's repositories: made once for each pool, with their statements prepared once a connection. */
export interface TenantStore {
  documents: DocumentRepository
  files: FileRepository
  uploads: UploadRepository
  pendingObjects: PendingObjectRepository
  idempotencyKeys: IdempotencyRepository
  usage: UsageRepository
  outbox: OutboxRepository
}

export function createTenantStore(
  { sql }: DatabaseClient,
  tables: TenantTables = createTenantTables()
): TenantStore {
  const names = tableNames(tables)
  return {
    documents: createDocumentRepository(sql, names),
    files: createFileRepository(sql, names),
    uploads: createUploadRepository(sql, names),
    pendingObjects: createPendingObjectRepository(sql, names),
    idempotencyKeys: createIdempotencyRepository(sql, names),
    usage: createUsageRepository(sql, names),
    outbox: createOutboxRepository(sql, names.outbox)
  }
}
