import { and, asc, eq, gte, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm'
import type { Actor } from '../actor.js'
import type { DatabaseClient } from '../client.js'
import { createList, type PageStart } from '../list-statement.js'
import { excluded, jsonObject, prepared, query, under, type Named } from '../statement.js'
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
  /** Either the entries of a tenant, or what a user did outside of all tenants. */
  of: { tenantId: string } | { userId: string }
  filter: AuditFilter
  limit: number
  start: PageStart
}

/** How many entries one statement deletes, which bounds how long it runs. */
const PRUNED_AT_ONCE = 1_000
/** Likewise, entries that one statement rewrites. */
const SCRUBBED_AT_ONCE = 1_000

type Counted = AuditEntry & { source: string; times: number }

const { event_id, action, details, timestamp, counts } = auditLog
/** Of these actions, the details name the person. */
const NAMING = sql`'user.updated'`

const isErased = ({ user_id }: Named<AuditEntry>) =>
  sql`exists (select from ${erasedUsers} where ${erasedUsers.user_id} = ${user_id}::uuid)`
const valuesOf = (entry: Named<AuditEntry>) => ({
  event_id: entry.event_id,
  tenant_id: entry.tenant_id,
  user_id: entry.user_id,
  action: entry.action,
  target: entry.target,
  details: sql`case when ${entry.action} = ${NAMING} and ${isErased(entry)} then '{}'
    else ${sql.param(entry.details, details)}::jsonb end`,
  ip: sql`case when ${isErased(entry)} then null else ${entry.ip}::varchar end`,
  on_behalf_of: entry.on_behalf_of,
  timestamp: entry.timestamp
})

export type AuditRepository = ReturnType<typeof createAuditRepository>

export function createAuditRepository({ sql: client }: DatabaseClient) {
  const insert = prepared(client, (entry: Named<AuditEntry>) =>
    query.insert(auditLog).values(valuesOf(entry)).onConflictDoNothing()
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
  // Each process reports its count so far, so its greatest number counts, whatever the order of arrival.
  const count = prepared(client, (entry: Named<Counted>) => {
    const times = sql`${entry.times}::int`
    const source = sql`${entry.source}::text`
    const merged = sql`${counts} || jsonb_build_object(${source}, greatest(${times}, (${counts} ->> ${source})::int))`
    const sum = sql`(select sum(value::int) from jsonb_each_text(${merged}))`
    return query
      .insert(auditLog)
      .values({
        ...valuesOf(entry),
        details: sql`${sql.param(entry.details, details)}::jsonb || jsonb_build_object('count', ${times})`,
        counts: sql`jsonb_build_object(${source}, ${times})`
      })
      .onConflictDoUpdate({
        target: event_id,
        set: {
          counts: merged,
          details: sql`${details} || jsonb_build_object('count', ${sum})`,
          timestamp: sql`least(${timestamp}, ${excluded(timestamp)})`
        },
        setWhere: isNotNull(counts)
      })
  })
  // By the index on the time; rows that another worker is deleting are left to it.
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
    /** Stores an entry, unless it is stored already. */
    async insert(entry: AuditEntry): Promise<void> {
      await insert(entry)
    },
    /** Stores a single entry for something that happens often, with the count of `source` so far. */
    async count(entry: AuditEntry, source: string, times: number): Promise<void> {
      await count({ ...entry, source, times })
    },
    /** Writes the event of a refused attempt. */
    async recordRefusal({ actor, ...refusal }: Refusal & { actor: Actor }): Promise<void> {
      await recordRefusal({ ...refusal, ...actor })
    },
    /** Writes the event of a command that an operator runs. */
    async recordCommand(command: string, details: { arguments: string[]; os_user: string }): Promise<void> {
      await recordCommand({ command, details })
    },
    /** Removes addresses and names from some of the entries of an erased person; false when none are left. */
    async forgetSome(userId: string): Promise<boolean> {
      return (await forget({ userId })).length === SCRUBBED_AT_ONCE
    },
    /** Deletes some of the entries older than this many days; false if none are left. */
    async prune(days: number): Promise<boolean> {
      return (await prune({ days })).length === PRUNED_AT_ONCE
    },
    /** A page, newest first, with the number of matching entries; with filters, up to `COUNT_CAP` + 1. */
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
      count: sql`(select count(*) from ${auditLog} where ${scope})`
    }
  }
)
