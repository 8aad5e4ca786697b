import { sql } from 'drizzle-orm'
import { bare, rendered, type Client, type Named } from '../statement.js'
import type { TenantTables } from './schema.js'

/** Seconds after which an unverified file can no longer be waiting for its event. */
export const UNVERIFIED_AGE = 600
/** How many of the oldest unverified files are considered. */
const LEASES = 100
/** Seconds between two visits while an upload session is open: its upload may be complete without an event for it. */
const OPEN_SESSION = 600
/** Minimum seconds until a visit for rows that only take up space. */
const TIDYING = 3_600

/** Seconds until something in the tenant becomes due, by the database's clock; null if nothing will. */
export type NextDue = ReturnType<ReturnType<typeof defineNextDue>>

/**
 * Computes when the sweeper next has something to do in a tenant. Regular visits find what this cannot foresee, such as
 * a file whose document was deleted without an event.
 */
export function defineNextDue(tables: TenantTables) {
  const { pendingObjects, uploadSessions, files, idempotencyKeys, webhookDeliveries, events, eventState } =
    tables
  const { usageChanges, exports } = tables
  const nextDue = rendered(({ retention }: Named<{ retention: number }>) => {
    const kept = sql`make_interval(secs => ${retention})`
    const { state, lease_until, upload_offset, upload_length } = uploadSessions
    const unfinished = sql`select min(coalesce(${lease_until}, now())) from ${uploadSessions}
      where ${state} = 'finishing' or ${state} = 'open' and ${upload_offset} = ${upload_length}`
    const open = sql`select now() + interval '${sql.raw(String(OPEN_SESSION))} seconds' from ${uploadSessions}
      where ${state} = 'open' limit 1`
    const unverified = sql`select
        min(coalesce(${bare(files.lease_until)}, ${bare(files.created_at)} + interval '${sql.raw(String(UNVERIFIED_AGE))} seconds'))
      from (select ${files.created_at}, ${files.lease_until} from ${files} where ${files.verified_at} is null
        order by ${files.created_at} limit ${sql.raw(String(LEASES))}) as oldest`
    const waitingExport = sql`select min(coalesce(${exports.lease_until}, now())) from ${exports}
      where ${exports.state} = 'waiting'`
    const firstEvent = sql`select ${events.logged_at} + ${kept} from ${events}
      where ${events.position} > (select ${eventState.pruned} from ${eventState})
        and ${events.position} <= (select ${eventState.published} from ${eventState})
      order by ${events.position} limit 1`
    const tidying = sql`least(
      (select min(${idempotencyKeys.expires_at}) from ${idempotencyKeys}), (${firstEvent}),
      (select min(${webhookDeliveries.updated_at}) + ${kept} from ${webhookDeliveries}),
      (select now() from ${usageChanges} limit 1))`
    return sql<{ seconds: number | null }>`select extract(epoch from least(
        (select min(${pendingObjects.deadline}) from ${pendingObjects}), (${unfinished}), (${open}), (${unverified}),
        (${waitingExport}),
        -- GREATEST would take no row for an hour from now.
        case when tidying is not null then greatest(tidying, now() + interval '${sql.raw(String(TIDYING))} seconds') end
      ))::float8 - extract(epoch from now())::float8 as seconds from (select ${tidying} as tidying) as later`
  })
  return (client: Client) =>
    /** @param retention seconds that events and deliveries are kept */
    async (retention: number): Promise<number | null> => {
      const [row] = await nextDue(client, { retention })
      return row?.seconds ?? null
    }
}
