import { randomUUID } from 'node:crypto'
import { and, asc, eq, lte, sql, type SQL } from 'drizzle-orm'
import type { Backlog } from '../event-log-repository.js'
import type { DatabaseClient } from '../client.js'
import { bare, insertSelect, now, prepared, query, secondsFromNow, type Named } from '../statement.js'
import { dirtyTenants, tenants, tenantVisits } from './schema.js'
import { tenantColumns, type Tenant } from './tenant-row.js'

/**
 * Longest time between two visits of a tenant in seconds; a random part of up to a quarter is subtracted to spread the
 * visits.
 */
const LONGEST = 86_400

/** A visit that the caller must make. */
export interface Visit {
  tenant: Tenant
  /** Proves to {@link TenantVisitRepository.finish} that the visit is still the caller's. */
  claim: string
}

/** The result of a visit. */
export interface VisitEnd {
  /** Seconds until something in the tenant becomes due; null if nothing will. */
  nextIn: number | null
  /** Minimum seconds until the next visit. */
  soonest: number
  /** The backlog of its outbox and log; null keeps the result of the previous visit. */
  backlog: Backlog | null
}

/** Totals over all tenants. */
export interface VisitStatus {
  due: number
  /** Seconds that the longest waiting tenant has been due. */
  oldest: number
  backlog: Backlog
}

type Claim = { claim: string; seconds: number; except: string }
type Claimed = { tenantId: string; claim: string }
type Ended = Claimed & { nextIn: number | null; soonest: number } & Nullable<Backlog>
type Nullable<T> = { [Name in keyof T]: T[Name] | null }

export type TenantVisitRepository = ReturnType<typeof createTenantVisitRepository>

const { tenant_id, changed_at, due_at, claimed_by } = tenantVisits
const { waiting_events, oldest_event_at, refused_events } = tenantVisits

/**
 * Makes a visit due for each mark that is newer than the one which led to the last visit. Visits in progress lose their
 * claims, since their workers may have looked too early.
 * @param marks rows with the columns of `dirty_tenants`
 */
export const makeVisitsDue = (marks: SQL): SQL<never> => sql`${insertSelect(
  tenantVisits,
  { tenant_id: sql`mark.tenant_id`, changed_at: sql`mark.marked_at`, due_at: sql`now()` },
  sql`${marks} as mark join ${tenants} on ${tenants.id} = mark.tenant_id`
)} order by mark.tenant_id
  on conflict (${bare(tenant_id)}) do update set ${bare(changed_at)} = excluded.changed_at,
    ${bare(due_at)} = least(${due_at}, excluded.due_at), ${bare(claimed_by)} = null
  where excluded.changed_at > ${changed_at}`

/** When the sweeper visits each tenant. All times are by the database's clock. */
export function createTenantVisitRepository({ sql: client }: Pick<DatabaseClient, 'sql'>) {
  const takeMarks = prepared(client, () => makeVisitsDue(sql`${dirtyTenants}`))
  const adopt = prepared(
    client,
    () => sql<never>`with gone as (
        delete from ${tenantVisits} where not exists (select from ${tenants} where ${tenants.id} = ${tenant_id}))
      ${insertSelect(
        tenantVisits,
        {
          tenant_id: tenants.id,
          changed_at: tenants.created_at,
          due_at: sql`now() + make_interval(secs => random() * ${sql.raw(String(LONGEST))})`
        },
        tenants
      )} where not exists (select from ${tenantVisits} where ${tenant_id} = ${tenants.id}) on conflict do nothing`
  )
  const claim = prepared(client, ({ claim: by, seconds, except }: Named<Claim>) => {
    const due = query
      .select({ tenant_id })
      .from(tenantVisits)
      .innerJoin(tenants, eq(tenants.id, tenant_id))
      .where(
        and(
          lte(due_at, now),
          eq(tenants.status, 'active'),
          sql`${tenants.server} <> all(${except}::varchar[])`
        )
      )
      .orderBy(asc(due_at))
      .limit(1)
      .for('update', { of: tenantVisits, skipLocked: true })
    return query
      .update(tenantVisits)
      .set({ claimed_by: sql`${by}::uuid`, due_at: secondsFromNow(seconds) })
      .from(tenants)
      .where(and(eq(tenant_id, due), eq(tenants.id, tenant_id)))
      .returning(tenantColumns)
  })
  const finish = prepared(
    client,
    (end: Named<Ended>) => sql<never>`
      update ${tenantVisits} set ${bare(claimed_by)} = null,
        ${bare(due_at)} = now() + make_interval(secs => greatest(${end.soonest}::float8, least(
          ${end.nextIn}::float8,
          extract(epoch from now() - ${changed_at})::float8,
          ${sql.raw(String(LONGEST))} * (1 - random() / 4)))),
        ${bare(waiting_events)} = coalesce(${end.events}::bigint, ${waiting_events}),
        ${bare(oldest_event_at)} = case
          when ${end.events}::bigint is null then ${oldest_event_at}
          when ${end.events}::bigint > 0 then now() - make_interval(secs => ${end.oldest}::float8) end,
        ${bare(refused_events)} = coalesce(${end.refused}::bigint, ${refused_events})
      where ${tenant_id} = ${end.tenantId}::uuid and ${claimed_by} = ${end.claim}::uuid`
  )
  const status = prepared(
    client,
    () => sql<Omit<VisitStatus, 'backlog'> & { events: number; oldest_event: number; refused: number }>`select
      count(*) filter (where ${due_at} <= now()) as due,
      greatest(extract(epoch from now() - min(${due_at})), 0)::float8 as oldest,
      coalesce(sum(${waiting_events}), 0)::bigint as events,
      coalesce(extract(epoch from now() - min(${oldest_event_at})), 0)::float8 as oldest_event,
      coalesce(sum(${refused_events}), 0)::bigint as refused
      from ${tenantVisits} join ${tenants} on ${tenants.id} = ${tenant_id} where ${tenants.status} = 'active'`
  )

  return {
    /** Makes visits due for the tenants that were marked since their last visits. */
    async takeMarks(): Promise<void> {
      await takeMarks()
    },
    /** Schedules a visit within a day for each tenant that has none, and deletes the rows of tenants that are gone. */
    async adopt(): Promise<void> {
      await adopt()
    },
    /**
     * Claims the tenant that has been due longest; if the visit is not finished after `seconds`, another worker repeats
     * it.
     * @param except servers whose tenants stay due
     */
    async claim(seconds: number, except: string[] = []): Promise<Visit | null> {
      const by = randomUUID()
      const [tenant] = await claim({ claim: by, seconds, except: `{${except.join(',')}}` })
      return tenant === undefined ? null : { tenant, claim: by }
    },
    /**
     * Schedules the next visit: when something becomes due, or else after as much time as has passed since the last
     * mark. Work that a visit could not foresee thus waits at most twice as long as necessary. Does nothing if the
     * tenant was marked after the claim.
     */
    async finish({ tenant, claim }: Visit, { nextIn, soonest, backlog }: VisitEnd): Promise<void> {
      const { events, oldest, refused } = backlog ?? { events: null, oldest: null, refused: null }
      await finish({ tenantId: tenant.id, claim, nextIn, soonest, events, oldest, refused })
    },
    async status(): Promise<VisitStatus> {
      const [row] = await status()
      const { due, oldest, events, oldest_event, refused } = row ?? NOTHING
      return { due, oldest, backlog: { events, oldest: oldest_event, refused } }
    }
  }
}

const NOTHING = { due: 0, oldest: 0, events: 0, oldest_event: 0, refused: 0 }
