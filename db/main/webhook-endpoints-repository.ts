import { and, asc, count, eq, sql } from 'drizzle-orm'
import type { Actor } from '../actor.js'
import { withTransaction, type DatabaseClient } from '../client.js'
import { pageWithTotal, readPage, type PageWithTotal } from '../page-with-total.js'
import { bare, insertSelect, now, prepared, query, rendered, type Named } from '../statement.js'
import { lockTenant } from './members-repository.js'
import { webhookEndpoints } from './schema.js'
import { webhookEvent } from './webhook-audit.js'

export const ENDPOINTS_PER_TENANT = 20
/** Seconds that the previous secret also signs after a rotation. */
const OVERLAP = 86_400

const endpoint = webhookEndpoints
const { id, tenant_id, url, event_types, description, enabled, disabled_reason } = endpoint
const { failing_since, previous_until, created_by, created_at, updated_at } = endpoint
const shown = {
  ...{ id, url, event_types, description, enabled, disabled_reason, failing_since, previous_until },
  ...{ created_by, created_at, updated_at }
}

/** The shown columns of a CTE. */
const shownOf = <Source extends Record<keyof typeof shown, unknown>>(source: Source) =>
  Object.fromEntries(Object.keys(shown).map((name) => [name, source[name as keyof typeof shown]])) as Pick<
    Source,
    keyof typeof shown
  >

/** An endpoint as admins see it. */
export type WebhookEndpoint = Pick<typeof endpoint.$inferSelect, keyof typeof shown>

export interface NewEndpoint {
  id: string
  url: string
  /** Null for all. */
  event_types: string[] | null
  description: string | null
  sealed: Buffer
  /** The end of the tenant's log: only later events are sent. */
  cursor: number
  epoch: string
}

/** Undefined fields stay unchanged. */
export interface EndpointChanges {
  url?: string | undefined
  event_types?: string[] | null | undefined
  description?: string | null | undefined
  enabled?: boolean | undefined
}

/** An endpoint of a tenant, and the actor who changes it. */
type Change = { id: string; tenantId: string } & Actor

export type WebhookEndpointRepository = ReturnType<typeof createWebhookEndpointRepository>

const isOwn = (named: Named<Pick<Change, 'id' | 'tenantId'>>) =>
  and(eq(id, named.id), eq(tenant_id, named.tenantId))

/** Ends the lease, so that a turn in progress cannot overwrite the change, and makes the next turn due at once. */
const atOnce = {
  leased_by: sql`null`,
  leased_until: sql`null`,
  due_at: sql`case when ${enabled} then now() end`
}

const insert = rendered((named: Named<NewEndpoint & Change>) => {
  const made = query.$with('made', { ...shown, tenant_id }).as(
    sql`${insertSelect(endpoint, {
      id: sql`${named.id}::uuid`,
      tenant_id: sql`${named.tenantId}::uuid`,
      url: sql`${named.url}::varchar`,
      event_types: sql`${sql.param(named.event_types, event_types)}::jsonb`,
      description: sql`${named.description}::varchar`,
      secret_sealed: sql`${named.sealed}::bytea`,
      cursor: sql`${named.cursor}::bigint`,
      cursor_epoch: sql`${named.epoch}::uuid`,
      created_by: sql`${named.userId}::uuid`,
      // Due at once: events that committed earlier did not wake this endpoint.
      due_at: now
    })} returning ${bare(tenant_id, ...Object.values(shown))}`
  )
  return query
    .with(made, webhookEvent('created', made, named))
    .select(shownOf(made))
    .from(made)
})
const countOfTenant = rendered(({ tenantId }: Named<{ tenantId: string }>) =>
  query
    .select({ count: count().as('count') })
    .from(endpoint)
    .where(eq(tenant_id, tenantId))
)

/** The admins' side of webhook endpoints. */
export function createWebhookEndpointRepository({ sql: client }: DatabaseClient) {
  const list = prepared(client, (named: Named<{ tenantId: string; limit: number; offset: number }>) => {
    const ofTenant = eq(tenant_id, named.tenantId)
    return pageWithTotal(
      query
        .select({ count: count().as('count') })
        .from(endpoint)
        .where(ofTenant),
      query
        .select(shown)
        .from(endpoint)
        .where(ofTenant)
        .orderBy(asc(created_at), asc(id))
        .limit(named.limit)
        .offset(named.offset),
      sql`page.${bare(created_at)}, page.${bare(id)}`
    )
  })
  const find = prepared(client, (named: Named<{ id: string; tenantId: string }>) =>
    query.select(shown).from(endpoint).where(isOwn(named))
  )
  const findSealed = prepared(client, (named: Named<{ id: string; tenantId: string }>) =>
    query
      .select({
        url,
        secret_sealed: endpoint.secret_sealed,
        previous_sealed:
          sql<Buffer | null>`case when ${previous_until} > now() then ${endpoint.previous_sealed} end`.as(
            'previous_sealed'
          )
      })
      .from(endpoint)
      .where(isOwn(named))
  )
  type Update = Change & Required<{ [Name in keyof EndpointChanges]: EndpointChanges[Name] | null }>
  type Sets = { setsTypes: boolean; setsDescription: boolean }
  const update = prepared(client, (named: Named<Update & Sets>) => {
    const isEnabled = sql`coalesce(${named.enabled}::bool, ${enabled})`
    const changed = query.$with('changed').as(
      query
        .update(endpoint)
        .set({
          url: sql`coalesce(${named.url}::varchar, ${url})`,
          event_types: sql`case when ${named.setsTypes}::bool
            then ${sql.param(named.event_types, event_types)}::jsonb else ${event_types} end`,
          description: sql`case when ${named.setsDescription}::bool
            then ${named.description}::varchar else ${description} end`,
          enabled: isEnabled,
          disabled_reason: sql`case when ${named.enabled}::bool is null then ${disabled_reason} end`,
          // The change may fix the reason for earlier failures.
          failures: sql`0`,
          failing_since: sql`null`,
          ...atOnce,
          due_at: sql`case when ${isEnabled} then now() end`,
          updated_at: now
        })
        .where(isOwn(named))
        .returning({ ...shown, tenant_id })
    )
    return query
      .with(changed, webhookEvent('updated', changed, named))
      .select(shownOf(changed))
      .from(changed)
  })
  const remove = prepared(client, (named: Named<Change>) => {
    const removed = query
      .$with('removed')
      .as(query.delete(endpoint).where(isOwn(named)).returning({ id, tenant_id, url }))
    return query
      .with(removed, webhookEvent('deleted', removed, named))
      .select({ id: removed.id })
      .from(removed)
  })
  const rotate = prepared(client, (named: Named<Change & { sealed: Buffer }>) => {
    const rotated = query.$with('rotated').as(
      query
        .update(endpoint)
        .set({
          previous_sealed: sql`${endpoint.secret_sealed}`,
          previous_until: sql`now() + make_interval(secs => ${sql.raw(String(OVERLAP))})`,
          secret_sealed: sql`${named.sealed}::bytea`,
          updated_at: now
        })
        .where(isOwn(named))
        .returning({ ...shown, tenant_id })
    )
    return query
      .with(rotated, webhookEvent('secret_rotated', rotated, named))
      .select(shownOf(rotated))
      .from(rotated)
  })
  const recover = prepared(client, (named: Named<Change & { cursor: number; epoch: string }>) => {
    const recovered = query.$with('recovered').as(
      query
        .update(endpoint)
        .set({
          cursor: sql`${named.cursor}::bigint`,
          cursor_epoch: sql`${named.epoch}::uuid`,
          failures: sql`0`,
          failing_since: sql`null`,
          ...atOnce
        })
        .where(isOwn(named))
        .returning({ id, tenant_id, url })
    )
    return query
      .with(recovered, webhookEvent('recovered', recovered, named))
      .select({ id: recovered.id })
      .from(recovered)
  })
  const hasten = prepared(client, (named: Named<{ id: string; tenantId: string }>) =>
    query
      .update(endpoint)
      .set({ wakes: sql`${endpoint.wakes} + 1`, due_at: sql`case when ${enabled} then now() end` })
      .where(isOwn(named))
      .returning({ id })
  )

  return {
    /** Adds an endpoint, unless the tenant already has {@link ENDPOINTS_PER_TENANT}. */
    async insert(
      tenantId: string,
      given: NewEndpoint,
      actor: Actor
    ): Promise<{ outcome: 'created'; endpoint: WebhookEndpoint } | { outcome: 'too many' }> {
      return withTransaction(client, async (transaction) => {
        await lockTenant(transaction, { tenantId })
        const [present] = await countOfTenant(transaction, { tenantId })
        if (present !== undefined && present.count >= ENDPOINTS_PER_TENANT) return { outcome: 'too many' }
        const [made] = await insert(transaction, { ...given, tenantId, ...actor })
        if (made === undefined) throw new Error('The endpoint was not inserted')
        return { outcome: 'created', endpoint: made }
      })
    },
    /** A page of a tenant's endpoints, oldest first. */
    async list(
      tenantId: string,
      page: { limit: number; offset: number }
    ): Promise<PageWithTotal<WebhookEndpoint>> {
      return readPage<WebhookEndpoint>(await list({ tenantId, ...page }), 'id')
    },
    async find(tenantId: string, endpointId: string): Promise<WebhookEndpoint | null> {
      const [row] = await find({ id: endpointId, tenantId })
      return row ?? null
    },
    /** The URL and the encrypted secrets for a message to the endpoint. */
    async findSealed(tenantId: string, endpointId: string) {
      const [row] = await findSealed({ id: endpointId, tenantId })
      return row ?? null
    },
    /** Changes an endpoint and resets its failures; null if there is no such endpoint. */
    async update(
      tenantId: string,
      endpointId: string,
      changes: EndpointChanges,
      actor: Actor
    ): Promise<WebhookEndpoint | null> {
      const [row] = await update({
        ...{ id: endpointId, tenantId, ...actor },
        url: changes.url ?? null,
        enabled: changes.enabled ?? null,
        event_types: changes.event_types ?? null,
        description: changes.description ?? null,
        setsTypes: changes.event_types !== undefined,
        setsDescription: changes.description !== undefined
      })
      return row ?? null
    },
    async remove(
      tenantId: string,
      endpointId: string,
      actor: Actor
    ): Promise<{ outcome: 'removed' | 'missing' }> {
      const { length } = await remove({ id: endpointId, tenantId, ...actor })
      return { outcome: length > 0 ? 'removed' : 'missing' }
    },
    /** Replaces the secret; the previous one also signs for another day. */
    async rotate(
      tenantId: string,
      endpointId: string,
      sealed: Buffer,
      actor: Actor
    ): Promise<WebhookEndpoint | null> {
      const [row] = await rotate({ id: endpointId, tenantId, sealed, ...actor })
      return row ?? null
    },
    /** Sets the cursor back to a position in the tenant's log; the events after it are sent again. */
    async recover(
      tenantId: string,
      endpointId: string,
      { cursor, epoch }: { cursor: number; epoch: string },
      actor: Actor
    ): Promise<{ outcome: 'recovered' | 'missing' }> {
      const { length } = await recover({ id: endpointId, tenantId, cursor, epoch, ...actor })
      return { outcome: length > 0 ? 'recovered' : 'missing' }
    },
    /** Makes an enabled endpoint due at once, even one that is being probed. */
    async hasten(tenantId: string, endpointId: string): Promise<{ outcome: 'due' | 'missing' }> {
      const { length } = await hasten({ id: endpointId, tenantId })
      return { outcome: length > 0 ? 'due' : 'missing' }
    }
  }
}
