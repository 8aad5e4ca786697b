import { statement, type DatabaseClient } from '../client.js'

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

/** Where a page ended. */
export interface AuditPosition {
  timestamp: string
  id: string
}

export interface AuditPage {
  /** Either what happened in a tenant, or what a user did outside of all. */
  of: { tenantId: string } | { userId: string }
  filter: AuditFilter
  limit: number
  start: { offset: number } | { after: AuditPosition }
}

/** With filters, counting stops here. */
export const AUDIT_COUNT_CAP = 10_000

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
    /** A page, newest first, and how many entries match; with filters at most `AUDIT_COUNT_CAP` + 1 are counted. */
    async list(page: AuditPage): Promise<{ items: AuditEntry[]; total: number }> {
      const { text, parameters } = listStatement(page)
      const rows = await statement<AuditEntry & { total: number }>(sql, text)(...parameters)
      // An empty page still has one row, which carries the total alone.
      const items = rows
        .filter((row) => (row.event_id as string | null) !== null)
        .map(({ total, ...entry }) => entry)
      return { items, total: rows[0]?.total ?? 0 }
    }
  }
}

/** The text depends only on which filters are used, so that PostgreSQL sees few different statements. */
function listStatement({ of, filter, limit, start }: AuditPage): {
  text: string
  parameters: (string | number)[]
} {
  const parameters: (string | number)[] = []
  const bind = (value: string | number) => `$${parameters.push(value)}`
  const scope =
    'tenantId' in of
      ? `tenant_id = ${bind(of.tenantId)}`
      : `tenant_id is null and user_id = ${bind(of.userId)}`
  const { action, user_id, from, to } = filter
  const conditions = [
    action !== undefined && `action = ${bind(action)}`,
    user_id !== undefined && `user_id = ${bind(user_id)}`,
    from !== undefined && `timestamp >= ${bind(from)}`,
    to !== undefined && `timestamp <= ${bind(to)}`
  ].filter((condition) => condition !== false)
  const where = [scope, ...conditions].join(' and ')
  const counted = conditions.length === 0 ? '' : `limit ${AUDIT_COUNT_CAP + 1}`
  const after =
    'after' in start
      ? `and (timestamp, event_id) < (${bind(start.after.timestamp)}, ${bind(start.after.id)})`
      : ''
  const offset = 'offset' in start ? `offset ${bind(start.offset)}` : ''
  const text = `select total.count as total, page.* from
      (select count(*) from (select from audit_log where ${where} ${counted}) counted) total
    left join (
      select event_id, tenant_id, user_id, action, target, details, ip, timestamp from audit_log
      where ${where} ${after} order by timestamp desc, event_id desc limit ${bind(limit)} ${offset}
    ) page on true order by page.timestamp desc, page.event_id desc`
  return { text, parameters }
}
