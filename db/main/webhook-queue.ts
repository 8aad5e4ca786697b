import { and, eq, inArray, isNotNull, isNull, lt, lte, or, sql, type SQL } from 'drizzle-orm'
import { PROBED_FROM } from '../../core/webhooks.js'
import type { DatabaseClient } from '../client.js'
import { now, prepared, query, secondsFromNow, type Named } from '../statement.js'
import { insertMail } from './mail-queue.js'
import { tenants, userTenantAssociations as members, users, webhookEndpoints } from './schema.js'
import { webhookEvent } from './webhook-audit.js'

/** `prompt`: endpoints that work; `probing`: those that have failed {@link PROBED_FROM} times or more. */
export type Lane = 'prompt' | 'probing'

/** Why the worker disables an endpoint: it answered 410 Gone, or failed for too long. */
export type DisabledReason = 'gone' | 'failing'

/** An endpoint that the caller must deliver to. */
export interface ClaimedEndpoint {
  id: string
  tenant_id: string
  database_name: string
  server: string
  url: string
  event_types: string[] | null
  secret_sealed: Buffer
  /** The previous secret; null if it no longer signs. */
  previous_sealed: Buffer | null
  cursor: number
  cursor_epoch: string
  wakes: number
  failures: number
  /** Seconds that it has been failing. */
  failing_for: number
}

/** The result of a turn. */
export interface TurnEnd {
  cursor: number
  epoch: string
  failures: number
  /** Whether an attempt succeeded, so that earlier failures no longer count. */
  succeeded: boolean
  /** Seconds until the next turn; null if it waits until the endpoint is woken. */
  nextIn: number | null
}

/** Counts of endpoints. */
export interface QueueStatus {
  /** Due endpoints in the lane `prompt`. */
  due: number
  /** Seconds that the longest waiting one of them has been due. */
  oldest: number
  /** Enabled endpoints in the lane `probing`. */
  probed: number
  /** Endpoints that the worker has disabled. */
  disabled: number
}

type Held = { id: string; claim: string; wakes: number }

const endpoint = webhookEndpoints
const { id, tenant_id, url, event_types, secret_sealed, cursor, cursor_epoch, wakes } = endpoint
const { enabled, due_at, leased_by, leased_until, failures, failing_since, previous_until } = endpoint

const LANES: Record<Lane, SQL> = {
  prompt: sql`${failures} < ${PROBED_FROM}`,
  probing: sql`${failures} >= ${PROBED_FROM}`
}

export type WebhookQueue = ReturnType<typeof createWebhookQueue>

/** The worker's side of webhook endpoints: which are due, and the cursor of each. */
export function createWebhookQueue({ sql: client }: DatabaseClient) {
  // Counts wake-ups, because comparing `due_at` would lose those that happen during a turn. Locks in a fixed order,
  // since several relays may wake the same endpoints.
  const wake = prepared(client, ({ tenantIds }: Named<{ tenantIds: string }>) => {
    const woken = query
      .select({ id })
      .from(endpoint)
      .where(and(sql`${tenant_id} = any(${tenantIds}::uuid[])`, eq(enabled, true)))
      .orderBy(id)
      .for('no key update')
    return query
      .update(endpoint)
      .set({
        wakes: sql`${wakes} + 1`,
        due_at: sql`case when ${failures} >= ${PROBED_FROM} then ${due_at} else now() end`
      })
      .where(inArray(id, woken))
  })
  const claimIn = (lane: Lane) =>
    prepared(client, (named: Named<{ claim: string; limit: number; seconds: number }>) => {
      const due = query
        .select({ id })
        .from(endpoint)
        .innerJoin(tenants, eq(tenants.id, tenant_id))
        .where(
          and(
            lte(due_at, now),
            or(isNull(leased_until), lt(leased_until, now)),
            eq(tenants.is_active, true),
            eq(tenants.status, 'active'),
            LANES[lane]
          )
        )
        .orderBy(due_at)
        .limit(named.limit)
        .for('update', { of: endpoint, skipLocked: true })
      return query
        .update(endpoint)
        .set({ leased_by: sql`${named.claim}::uuid`, leased_until: secondsFromNow(named.seconds) })
        .from(tenants)
        .where(and(inArray(id, due), eq(tenants.id, tenant_id)))
        .returning({
          ...{ id, tenant_id, url, event_types, secret_sealed, cursor, cursor_epoch, wakes, failures },
          database_name: tenants.database_name,
          server: tenants.server,
          previous_sealed:
            sql<Buffer | null>`case when ${previous_until} > now() then ${endpoint.previous_sealed} end`.as(
              'previous_sealed'
            ),
          failing_for: sql<number>`coalesce(extract(epoch from now() - ${failing_since}), 0)::float8`.as(
            'failing_for'
          )
        })
    })
  const claims = { prompt: claimIn('prompt'), probing: claimIn('probing') }

  const isHeld = ({ id: endpointId, claim }: Named<Pick<Held, 'id' | 'claim'>>) =>
    and(eq(id, endpointId), eq(leased_by, claim))
  const released = { leased_by: sql`null`, leased_until: sql`null` }
  const progress = (named: Named<TurnEnd>) => ({
    cursor: sql`${named.cursor}::bigint`,
    cursor_epoch: sql`${named.epoch}::uuid`,
    failures: sql`${named.failures}::int`,
    failing_since: sql`case
      when ${named.failures}::int = 0 then null
      when ${named.succeeded}::bool then now()
      else coalesce(${failing_since}, now()) end`
  })
  const finish = prepared(client, (named: Named<Held & TurnEnd>) =>
    query
      .update(endpoint)
      .set({
        ...progress(named),
        ...released,
        due_at: sql`case
          when ${wakes} <> ${named.wakes}::bigint and ${named.failures}::int < ${PROBED_FROM} then now()
          else now() + make_interval(secs => ${named.nextIn}::float8) end`
      })
      .where(isHeld(named))
  )
  const postpone = prepared(client, (named: Named<Pick<Held, 'id' | 'claim'> & { seconds: number }>) =>
    query
      .update(endpoint)
      .set({ ...released, due_at: secondsFromNow(named.seconds) })
      .where(isHeld(named))
  )
  const disable = prepared(
    client,
    (named: Named<Held & TurnEnd & { reason: DisabledReason; mailed: boolean }>) => {
      const disabled = query.$with('disabled').as(
        query
          .update(endpoint)
          .set({
            ...progress(named),
            ...released,
            enabled: sql`false`,
            disabled_reason: sql`${named.reason}`,
            due_at: sql`null`,
            updated_at: now
          })
          .where(isHeld(named))
          .returning({ id, tenant_id, url })
      )
      const event = webhookEvent('disabled', disabled, undefined, { reason: sql`${named.reason}::text` })
      const admins = query.$with('admins').as(
        query
          .select({ email: users.email, endpoint_id: sql<string>`${disabled.id}`.as('endpoint_id') })
          .from(disabled)
          .innerJoin(members, and(eq(members.tenant_id, disabled.tenant_id), eq(members.role, 'admin')))
          .innerJoin(
            users,
            and(eq(users.id, members.user_id), eq(users.is_active, true), isNotNull(users.email))
          )
      )
      const mail = query
        .$with('mail', {})
        .as(
          insertMail(
            { kind: 'webhook', recipient: sql`admins.email`, subjectId: sql`admins.endpoint_id` },
            admins,
            sql`${named.mailed}::bool`
          )
        )
      return query.with(disabled, event, admins, mail).select({ id: disabled.id }).from(disabled)
    }
  )
  const reseal = prepared(client, (named: Named<{ id: string; old: Buffer; sealed: Buffer }>) =>
    query
      .update(endpoint)
      .set({
        secret_sealed: sql`case when ${secret_sealed} = ${named.old} then ${named.sealed} else ${secret_sealed} end`,
        previous_sealed: sql`case when ${endpoint.previous_sealed} = ${named.old} then ${named.sealed}
          else ${endpoint.previous_sealed} end`
      })
      .where(eq(id, named.id))
  )
  const status = prepared(
    client,
    () => sql<QueueStatus>`select
      count(*) filter (where ${due_at} <= now() and ${LANES.prompt}) as due,
      greatest(extract(epoch from now() - min(${due_at}) filter (where ${LANES.prompt})), 0)::float8 as oldest,
      count(*) filter (where ${enabled} and ${LANES.probing}) as probed,
      count(*) filter (where ${endpoint.disabled_reason} is not null) as disabled
      from ${endpoint} join ${tenants} on ${tenants.id} = ${tenant_id}
      where ${tenants.is_active} and ${tenants.status} = 'active'`
  )

  return {
    /**
     * Makes the endpoints of these tenants due, whose logs may have grown. Endpoints that are being probed keep their
     * time.
     */
    async wake(tenantIds: string[]): Promise<void> {
      // The text form of an array, since the client knows no array types.
      await wake({ tenantIds: `{${tenantIds.join(',')}}` })
    },
    /**
     * Leases due endpoints for `seconds`, the longest waiting first. The leases of a killed dispatcher simply expire.
     * @param claim a new UUID each time, which proves to {@link finish} that the lease is the caller's
     */
    claim: (lane: Lane, claim: string, limit: number, seconds: number): Promise<ClaimedEndpoint[]> =>
      claims[lane]({ claim, limit, seconds }),
    /**
     * Records a turn and releases the endpoint. Does nothing if an admin has changed it, or another process has leased
     * it since.
     */
    async finish({ id, claim, wakes }: Held, end: TurnEnd): Promise<void> {
      await finish({ id, claim, wakes, ...end })
    },
    /** Releases an endpoint whose turn failed for a reason other than the receiver; it is due again after `seconds`. */
    async postpone(endpointId: string, claim: string, seconds: number): Promise<void> {
      await postpone({ id: endpointId, claim, seconds })
    },
    /** Records a turn and disables the endpoint, with an audit entry and, if `mailed`, mails to the tenant's admins. */
    async disable(
      { id, claim, wakes }: Held,
      end: TurnEnd,
      why: { reason: DisabledReason; mailed: boolean }
    ): Promise<void> {
      await disable({ id, claim, wakes, ...end, ...why })
    },
    /** Replaces an encrypted secret with one encrypted with the current key. */
    async reseal(endpointId: string, old: Buffer, sealed: Buffer): Promise<void> {
      await reseal({ id: endpointId, old, sealed })
    },
    async status(): Promise<QueueStatus> {
      const [row] = await status()
      return row ?? { due: 0, oldest: 0, probed: 0, disabled: 0 }
    }
  }
}
