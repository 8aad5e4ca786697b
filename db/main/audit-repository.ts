import { statement, type DatabaseClient } from '../client.js'
import { listStatement, readList, type PageStart } from '../list-statement.js'

/** An entry of the audit log as the API shows it. */
export interface AuditEntry {
  event_id: string
  tenant_id: string | null
  user_id: string | null
  action: string
  target: { type: string; id: string }
  details: Record<string, unknown>
  ip: string | null
  timestamp: string
}

export interface AuditFilter {
  action?: string | undefined
  user_id?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

export interface AuditPage {
  /** Either what happened in a tenant, or what a user did outside of all. */
  of: { tenantId: string } | { userId: string }
  filter: AuditFilter
  limit: number
  start: PageStart
}

const COLUMNS = ['id', 'tenant_id', 'user_id', 'action', 'target', 'details', 'ip', 'timestamp'] as const

export type AuditRepository = ReturnType<typeof createAuditRepository>

export function createAuditRepository({ sql }: DatabaseClient) {
  const insert = statement(
    sql,
    `insert into audit_log (event_id, tenant_id, user_id, action, target, details, ip, timestamp)
     values ($1, $2, $3, $4, $5::text::jsonb, $6::text::jsonb, $7, $8) on conflict do nothing`
  )

  return {
    /** Keeps an entry; what is there already stays as it is. */
    async insert(entry: AuditEntry): Promise<void> {
      const { event_id, tenant_id, user_id, action, target, details, ip, timestamp } = entry
      const [targetText, detailsText] = [JSON.stringify(target), JSON.stringify(details)]
      await insert(event_id, tenant_id, user_id, action, targetText, detailsText, ip, timestamp)
    },
    /** A page, newest first, and how many entries match; with filters they are counted up to `COUNT_CAP` + 1. */
    async list({ of, filter, limit, start }: AuditPage): Promise<{ items: AuditEntry[]; total: number }> {
      const parameters: (string | number)[] = []
      const bind = (value: string | number) => `$${parameters.push(value)}`
      const scope =
        'tenantId' in of
          ? `tenant_id = ${bind(of.tenantId)}`
          : `tenant_id is null and user_id = ${bind(of.userId)}`
      const { action, user_id, from, to } = filter
      const text = listStatement({
        table: `(select *, event_id as id from audit_log where ${scope}) entries`,
        columns: COLUMNS,
        conditions: [
          action !== undefined && `action = ${bind(action)}`,
          user_id !== undefined && `user_id = ${bind(user_id)}`,
          from !== undefined && `timestamp >= ${bind(from)}`,
          to !== undefined && `timestamp <= ${bind(to)}`
        ].filter((condition) => condition !== false),
        count: `(select count(*) from audit_log where ${scope})`,
        column: 'timestamp',
        descending: true,
        start,
        limit,
        bind
      })
      type Row = Omit<AuditEntry, 'event_id'> & { id: string; total: number }
      const { items, total } = readList(await statement<Row>(sql, text)(...parameters))
      return { items: items.map(({ id, ...entry }) => ({ ...entry, event_id: id })), total }
    }
  }
}
