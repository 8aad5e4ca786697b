import type { Actor } from '../actor.js'
import { insertAuditEvent } from '../audit-event.js'
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

/** Entries that one statement deletes, which bounds how long it runs. */
const PRUNED_AT_ONCE = 1_000

export type AuditRepository = ReturnType<typeof createAuditRepository>

export function createAuditRepository({ sql }: DatabaseClient) {
  const insert = statement(
    sql,
    `insert into audit_log (event_id, tenant_id, user_id, action, target, details, ip, timestamp)
     values ($1, $2, $3, $4, $5::text::jsonb, $6::text::jsonb, $7, $8) on conflict do nothing`
  )
  const recordRefusal = statement(
    sql,
    insertAuditEvent('(values (1)) refusal', {
      action: `'access.refused'`,
      tenantId: '$1',
      userId: '$2',
      targetType: `'route'`,
      targetId: '$3',
      details: `jsonb_build_object('code', $4::text)`,
      ip: '$5'
    })
  )
  const recordCommand = statement(
    sql,
    insertAuditEvent('(values (1)) command', {
      action: `'operator.command'`,
      userId: 'null',
      targetType: `'command'`,
      targetId: '$1',
      details: '$2::text::jsonb',
      ip: 'null'
    })
  )
  // Each process says how often it has seen it so far, so the greatest of its numbers counts, in whatever order they come.
  const count = statement(
    sql,
    `insert into audit_log as entry (event_id, tenant_id, user_id, action, target, details, ip, timestamp, counts)
     values ($1, $2, $3, $4, $5::text::jsonb, $6::text::jsonb || jsonb_build_object('count', $10::int), $7, $8,
       jsonb_build_object($9::text, $10::int))
     on conflict (event_id) do update set (counts, details, timestamp) = (
       select counts, entry.details || jsonb_build_object('count', (select sum(value::int) from jsonb_each_text(counts))),
         least(entry.timestamp, excluded.timestamp)
       from (select entry.counts || jsonb_build_object($9::text, greatest($10::int, (entry.counts ->> $9::text)::int))) merged (counts)
     ) where entry.counts is not null`
  )
  // By the index of the time; what another worker is deleting is left to it.
  const prune = statement<{ event_id: string }>(
    sql,
    `delete from audit_log where event_id in (
       select event_id from audit_log where timestamp < now() - make_interval(days => $1)
       order by timestamp limit ${PRUNED_AT_ONCE} for update skip locked
     ) returning event_id`
  )

  return {
    /** Keeps an entry; what is there already stays as it is. */
    async insert(entry: AuditEntry): Promise<void> {
      const { event_id, tenant_id, user_id, action, target, details, ip, timestamp } = entry
      const [targetText, detailsText] = [JSON.stringify(target), JSON.stringify(details)]
      await insert(event_id, tenant_id, user_id, action, targetText, detailsText, ip, timestamp)
    },
    /** Keeps an entry for something that happens often, with how often `source` has seen it so far. */
    async count(entry: AuditEntry, source: string, times: number): Promise<void> {
      const { event_id, tenant_id, user_id, action, target, details, ip, timestamp } = entry
      const [targetText, detailsText] = [JSON.stringify(target), JSON.stringify(details)]
      const values = [event_id, tenant_id, user_id, action, targetText, detailsText, ip, timestamp]
      await count(...values, source, times)
    },
    /** Writes the event of an attempt that was refused. */
    async recordRefusal(refusal: {
      tenantId: string | null
      actor: Actor
      route: string
      code: string
    }): Promise<void> {
      const { tenantId, actor, route, code } = refusal
      await recordRefusal(tenantId, actor.userId, route, code, actor.ip)
    },
    /** Writes the event of a command that an operator runs. */
    async recordCommand(command: string, details: { arguments: string[]; os_user: string }): Promise<void> {
      await recordCommand(command, JSON.stringify(details))
    },
    /** Deletes some of the entries that are older than so many days; false when none are left. */
    async prune(days: number): Promise<boolean> {
      return (await prune(days)).length === PRUNED_AT_ONCE
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
