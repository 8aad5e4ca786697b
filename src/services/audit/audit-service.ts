import { createBatches } from '../../../core/concurrency/batches.js'
import type {
  AuditEntry,
  AuditFilter,
  AuditPage,
  AuditRepository,
  CountedEntry
} from '../../../db/main/audit-repository.js'
import type { Event } from '../../../core/events.js'
import { isMomentPosition, listPage, type Listing, type ListQuery } from '../lists/listing.js'

export type AuditQuery = ListQuery & { filter: AuditFilter }

export type AuditService = ReturnType<typeof createAuditService>

/** All batches go to one database: it keeps the log of all tenants. */
const LOG = { id: 'audit log' }

export function createAuditService({ audit }: { audit: AuditRepository }) {
  const each = (entries: unknown[], outcome: 'stored' | 'apart') =>
    outcome === 'apart' ? outcome : entries.map(() => undefined)
  const store = createBatches<AuditEntry, undefined, typeof LOG>(async (_log, entries) =>
    each(entries, await audit.insert(entries))
  )
  const count = createBatches<CountedEntry, undefined, typeof LOG>(async (_log, entries) =>
    each(entries, await audit.count(entries))
  )
  const list = (of: AuditPage['of'], query: AuditQuery): Promise<Listing<AuditEntry>> =>
    listPage(query, {
      scope: { of, filter: query.filter },
      capped: true,
      isPosition: isMomentPosition,
      positionOf: (entry) => ({ value: entry.timestamp, id: entry.event_id }),
      load: (part) => audit.list({ of, filter: query.filter, ...part })
    })

  return {
    /** The audit log of a tenant, newest first. @throws {AppError} VALIDATION_ERROR for another list's cursor */
    listOfTenant: (tenantId: string, query: AuditQuery) => list({ tenantId }, query),

    /** A user's account activity outside all tenants, newest first. @throws {AppError} VALIDATION_ERROR, likewise */
    listOfUser: (userId: string, query: AuditQuery) => list({ userId }, query),

    /** Stores an event; storing it again has no effect. */
    async keep({ event_id, tenant_id, user_id, timestamp, data }: Event<'audit.log'>): Promise<void> {
      const { action, target, details, ip = null, on_behalf_of = null, counted } = data
      const entry = {
        ...{ event_id, tenant_id, user_id, action, target, details, ip, on_behalf_of, timestamp }
      }
      if (counted === undefined) return store(LOG, entry)
      const { entry_id, source, count: times } = counted
      return count(LOG, { ...entry, event_id: entry_id, source, times })
    },

    /** Removes the addresses and names of an erased person. It ends, because new entries of that person have none. */
    async forget(userId: string): Promise<void> {
      for (let more = true; more;) more = await audit.forgetSome(userId)
    },

    /** Stores who uploaded a document; storing the same event again has no effect. */
    async keepUpload({ data, ...event }: Event<'document.uploaded'>): Promise<void> {
      const { event_id, tenant_id, user_id, timestamp } = event
      const { document_id, filename, mime_type, file_id, file_size } = data
      const { external_id, metadata, tags, folder, ip = null, on_behalf_of = null } = data
      await store(LOG, {
        ...{ event_id, tenant_id, user_id, ip, on_behalf_of, timestamp },
        action: 'document.created',
        target: { type: 'document', id: document_id },
        details: { filename, mime_type, file_id, file_size, external_id, metadata, tags, folder }
      })
    }
  }
}
