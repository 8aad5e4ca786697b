import type { Actor } from '../actor.js'
import { and, eq, gte, isNull, lte, sql as template } from 'drizzle-orm'
import { insertAuditEvent } from '../audit-event.js'
import { statement, type DatabaseClient } from '../client.js'
import { createList, type PageStart } from '../list-statement.js'
import { under } from '../statement.js'
import { auditLog } from './schema.js'

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
      const { action, user_id, from, to } = filter
      const { items, total } = await listEntries(sql, {
        filter: { ...of, action, user_id, from, to },
        ...{ column: auditLog.timestamp, descending: true, start, limit }
      })
      return { items: items.map(({ id, ...entry }) => ({ ...entry, event_id: id })), total }
    }
  }
}

type Entry = Omit<AuditEntry, 'event_id'> & { id: string }
type Values = AuditFilter & { tenantId?: string; userId?: string }

const entries = under('entries', auditLog)
const { tenant_id, user_id, action, target, details, ip, timestamp } = entries
const listEntries = createList<Values, Entry>(
  [{ name: 'id' }, tenant_id, user_id, action, target, details, ip, timestamp],
  (given) => {
    const scope = and(
      given.tenantId ? eq(auditLog.tenant_id, given.tenantId) : isNull(auditLog.tenant_id),
      given.userId && eq(auditLog.user_id, given.userId)
    )
    return {
      from: template`(select *, ${auditLog.event_id} as id from ${auditLog} where ${scope}) ${entries}`,
      where: and(
        given.action && eq(action, given.action),
        given.user_id && eq(user_id, given.user_id),
        given.from && gte(timestamp, given.from),
        given.to && lte(timestamp, given.to)
      ),
      count: template`(select count(*) from ${auditLog} where ${scope})`
    }
  }
)
