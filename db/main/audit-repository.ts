import { and, asc, eq, gte, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm'
import { integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { Actor } from '../actor.js'
import type { DatabaseClient } from '../client.js'
import { COUNT_CAP, createList, type PageStart } from '../list-statement.js'
import { moment } from '../columns.js'
import { together } from '../error-codes.js'
import { rowsOf } from '../json-rows.js'
import { bare, excluded, insertSelect, jsonObject, prepared, query, under, type Named } from '../statement.js'
import { auditInMain } from './audit-in-main.js'
import { auditLog, erasedUsers } from './schema.js'

/** An entry of the audit log as the API shows it. */
export type AuditEntry = Omit<typeof auditLog.$inferSelect, 'counts'>

interface Refusal {
  tenantId: string | null
  route: string
  code: string
}

export interface AuditFilter {
  action?: string | undefined
  user_id?: string | undefined
  on_behalf_of?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

export interface AuditPage {
  /** Either the entries of a tenant, or a user's account activity outside of all tenants. */
  of: { tenantId: string } | { userId: string }
  filter: AuditFilter
  limit: number
  start: PageStart
}

/** How many entries one statement deletes; it bounds the statement's running time. */
const PRUNED_AT_ONCE = 1_000
/** Likewise, how many entries one statement rewrites. */
const SCRUBBED_AT_ONCE = 1_000

/** An entry for a frequent action, with how often `source` has counted it so far. */
export type CountedEntry = AuditEntry & { source: string; times: number }

type Batch = { rows: string }

/** Several entries as one parameter. */
const given = pgTable('given_entries', {
  ...{
    event_id: uuid(),
    tenant_id: uuid(),
    user_id: uuid(),
    action: text(),
    target: jsonb(),
    details: jsonb()
  },
  ...{ ip: text(), on_behalf_of: text(), timestamp: moment(), source: text(), times: integer() }
})

const { event_id, action, details, timestamp, counts } = auditLog
/** The actions whose details contain the person's name. */
const NAMING = sql`'user.updated'`

const isErased = sql`exists (select from ${erasedUsers} where ${erasedUsers.user_id} = ${given.user_id})`
const values = {
  ...{ event_id: given.event_id, tenant_id: given.tenant_id, user_id: given.user_id },
  ...{ action: given.action, target: given.target },
  details: sql`case when ${given.action} = ${NAMING} and ${isErased} then '{}' else ${given.details} end`,
  ip: sql`case when ${isErased} then null else ${given.ip} end`,
  ...{ on_behalf_of: given.on_behalf_of, timestamp: given.timestamp }
}
/** In a fixed order, so that two workers with the same entries cannot deadlock. */
const inOrder = ({ rows }: Named<Batch>) => sql`${rowsOf(given, rows)} order by ${given.event_id}`

export type AuditRepository = ReturnType<typeof createAuditRepository>

export function createAuditRepository({ sql: client }: DatabaseClient) {
  const insert = prepared(
    client,
    (batch: Named<Batch>) =>
      sql<never>`${insertSelect(auditLog, values, inOrder(batch))} on conflict do nothing`
  )
  const recordRefusal = prepared(client, (refusal: Named<Refusal & Actor>) =>
    auditInMain({
      action: sql`'access.refused'`,
      tenantId: refusal.tenantId,
      userId: refusal.userId,
      targetType: 'route',
      targetId: refusal.route,
      details: jsonObject({ code: sql`${refusal.code}::text` }),
      ip: refusal.ip,
      onBehalfOf: refusal.onBehalfOf
    })
  )
  const recordCommand = prepared(client, (named: Named<{ command: string; details: object }>) =>
    auditInMain({
      action: sql`'operator.command'`,
      targetType: 'command',
      targetId: named.command,
      details: sql`${sql.param(named.details, details)}::jsonb`
    })
  )
  // Each process reports its count so far, so the greatest number of each is current, whatever the order of arrival.
  const count = prepared(client, (batch: Named<Batch>) => {
    const counted = {
      ...values,
      details: sql`${given.details} || jsonb_build_object('count', ${given.times})`,
      counts: sql`jsonb_build_object(${given.source}, ${given.times})`
    }
    const greatest = sql`(select jsonb_object_agg(key, greatest(value::int, (${counts} ->> key)::int))
      from jsonb_each_text(${excluded(counts)}))`
    const merged = sql`${counts} || ${greatest}`
    const sum = sql`(select sum(value::int) from jsonb_each_text(${merged}))`
    return sql<never>`${insertSelect(auditLog, counted, inOrder(batch))}
      on conflict (${bare(event_id)}) do update set ${bare(counts)} = ${merged},
        ${bare(details)} = ${details} || jsonb_build_object('count', ${sum}),
        ${bare(timestamp)} = least(${timestamp}, ${excluded(timestamp)})
      where ${isNotNull(counts)}`
  })
  // Uses the index on the time, and skips rows that another worker is deleting.
  const prune = prepared(client, ({ days }: Named<{ days: number }>) => {
    const old = query
      .select({ event_id })
      .from(auditLog)
      .where(lt(timestamp, sql`now() - make_interval(days => ${days})`))
      .orderBy(asc(timestamp))
      .limit(PRUNED_AT_ONCE)
      .for('update', { skipLocked: true })
    return query.delete(auditLog).where(inArray(event_id, old)).returning({ event_id })
  })

  const forget = prepared(client, ({ userId }: Named<{ userId: string }>) => {
    const naming = sql`(${action} = ${NAMING} and ${details} <> '{}')`
    const some = query
      .select({ event_id })
      .from(auditLog)
      .where(and(eq(auditLog.user_id, userId), or(isNotNull(auditLog.ip), naming)))
      .limit(SCRUBBED_AT_ONCE)
      .for('no key update')
    return query
      .update(auditLog)
      .set({ ip: null, details: sql`case when ${naming} then '{}' else ${details} end` })
      .where(inArray(event_id, some))
      .returning({ event_id })
  })

  return {
    /** Stores entries, ignoring those already stored. `apart`: see {@link together}. */
    insert: (entries: readonly AuditEntry[]): Promise<'stored' | 'apart'> =>
      together(entries, async (): Promise<'stored'> => {
        await insert({ rows: JSON.stringify(entries) })
        return 'stored'
      }),
    /** Stores one entry for each frequent action, with its count. `apart`: also if an entry occurs twice. */
    async count(entries: readonly CountedEntry[]): Promise<'stored' | 'apart'> {
      // An INSERT … ON CONFLICT cannot change a row twice.
      if (new Set(entries.map((entry) => entry.event_id)).size < entries.length) return 'apart'
      return together(entries, async (): Promise<'stored'> => {
        await count({ rows: JSON.stringify(entries) })
        return 'stored'
      })
    },
    /** Writes the event of a refused request. */
    async recordRefusal({ actor, ...refusal }: Refusal & { actor: Actor }): Promise<void> {
      await recordRefusal({ ...refusal, ...actor })
    },
    /** Writes the event of a command that an operator runs. */
    async recordCommand(command: string, details: { arguments: string[]; os_user: string }): Promise<void> {
      await recordCommand({ command, details })
    },
    /** Removes addresses and names from up to 1,000 entries of an erased person; true if there may be more. */
    async forgetSome(userId: string): Promise<boolean> {
      return (await forget({ userId })).length === SCRUBBED_AT_ONCE
    },
    /** Deletes up to 1,000 entries older than `days`; true if there may be more. */
    async prune(days: number): Promise<boolean> {
      return (await prune({ days })).length === PRUNED_AT_ONCE
    },
    /** A page, newest first, with the number of matching entries, counted up to `COUNT_CAP` + 1. */
    async list({
      of,
      filter,
      limit,
      start
    }: AuditPage): Promise<{ items: AuditEntry[]; total: number | null }> {
      const { action, user_id, on_behalf_of, from, to } = filter
      const { items, total } = await listEntries(client, {
        filter: { ...of, action, user_id, on_behalf_of, from, to },
        ...{ column: auditLog.timestamp, descending: true, start, limit }
      })
      return { items: items.map(({ id, ...entry }) => ({ ...entry, event_id: id })), total }
    }
  }
}

type Entry = Omit<AuditEntry, 'event_id'> & { id: string }
type Values = AuditFilter & { tenantId?: string; userId?: string }

const entries = under('entries', auditLog)
const listEntries = createList<Values, Entry>(
  [
    { name: 'id' },
    ...[entries.tenant_id, entries.user_id, entries.action, entries.target],
    ...[entries.details, entries.ip, entries.on_behalf_of, entries.timestamp]
  ],
  (given) => {
    const scope = and(
      given.tenantId ? eq(auditLog.tenant_id, given.tenantId) : isNull(auditLog.tenant_id),
      given.userId && eq(auditLog.user_id, given.userId)
    )
    return {
      from: sql`(select *, ${auditLog.event_id} as id from ${auditLog} where ${scope})`,
      as: entries,
      where: and(
        given.action && eq(entries.action, given.action),
        given.user_id && eq(entries.user_id, given.user_id),
        given.on_behalf_of && eq(entries.on_behalf_of, given.on_behalf_of),
        given.from && gte(entries.timestamp, given.from),
        given.to && lte(entries.timestamp, given.to)
      ),
      count: sql`(select count(*) from (select from ${auditLog} where ${scope} limit ${COUNT_CAP + 1}) counted)`
    }
  }
)
