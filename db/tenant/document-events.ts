import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { auditEvent } from '../audit-event.js'
import { insertEvent } from '../event.js'
import { jsonObject } from '../statement.js'
import type { TenantTables } from './schema.js'

type Documents = TenantTables['documents']

/** The actor of a change: SQL for each part of an `Actor`, and for the tenant. */
export type ChangerSql = Record<'tenantId' | 'userId' | 'ip' | 'onBehalfOf', SQLWrapper>

/**
 * The CTEs that write the event and the audit entry of each changed document.
 * @param document and `previous`: CTEs with the rows after and before the change, one row in each per document
 */
export function updateEvents(
  outbox: TenantTables['outbox'],
  { document, previous }: Record<'document' | 'previous', Documents>,
  by: ChangerSql
): SQL {
  const { tenantId, userId, ip, onBehalfOf } = by
  const both = sql`${document} join ${previous} on ${document.id} = ${previous.id}`
  const event = {
    ...{ tenantId, userId },
    data: {
      ...{ document_id: document.id, revision: document.revision, ...ownDataOf(document) },
      ...nameOf(document),
      metadata: patchBetween(previous, document),
      on_behalf_of: sql`${onBehalfOf}::text`
    }
  }
  const entry = {
    ...{ action: 'document.updated', targetType: 'document', targetId: document.id },
    ...{ tenantId, userId, ip, onBehalfOf },
    details: jsonObject({
      ...{ ...nameOf(document), ...ownDataOf(document), metadata: patchBetween(previous, document) },
      revision: document.revision,
      previous: jsonObject({
        ...{ ...nameOf(previous), ...ownDataOf(previous), metadata: patchBetween(document, previous) }
      })
    })
  }
  return sql`event as (${insertEvent(outbox, 'document.updated', event, both)}),
    audit as (${auditEvent(outbox, entry, both)})`
}

/**
 * The CTEs that write the event and the audit entry of each deleted document.
 * @param document a CTE with the deleted rows
 */
export function deletionEvents(outbox: TenantTables['outbox'], document: Documents, by: ChangerSql): SQL {
  const { tenantId, userId, ip, onBehalfOf } = by
  const { filename, file_id, external_id } = document
  const event = {
    ...{ tenantId, userId },
    data: {
      ...{ document_id: document.id, filename, file_id, external_id, revision: document.revision },
      on_behalf_of: sql`${onBehalfOf}::text`
    }
  }
  const entry = {
    ...{ action: 'document.deleted', targetType: 'document', targetId: document.id },
    ...{ tenantId, userId, ip, onBehalfOf },
    details: jsonObject({ filename, file_id, external_id })
  }
  return sql`event as (${insertEvent(outbox, 'document.deleted', event, document)}),
    audit as (${auditEvent(outbox, entry, document)})`
}

/** The difference between the metadata of two rows as a merge patch (RFC 7396). */
const patchBetween = (from: Documents, to: Documents): SQL => sql`(
  select coalesce(jsonb_object_agg(key, ${to.metadata} -> key), '{}')
  from jsonb_object_keys(${from.metadata} || ${to.metadata}) key
  where ${from.metadata} -> key is distinct from ${to.metadata} -> key)`

const nameOf = ({ filename, mime_type }: Documents) => ({ filename, mime_type })
const ownDataOf = ({ external_id, tags, folder }: Documents) => ({ external_id, tags, folder })
