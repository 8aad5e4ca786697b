import { and, count, desc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm'
import type { Scope } from '../../core/scopes.js'
import type { Actor } from '../actor.js'
import { withTransaction, type DatabaseClient } from '../client.js'
import { bare, insertSelect, jsonObject, now, prepared, query, rendered, type Named } from '../statement.js'
import { pageWithTotal, readPage, type PageWithTotal } from '../page-with-total.js'
import { lockAccount } from './account-lock.js'
import { auditInMain } from './audit-in-main.js'
import { createPrune } from './prune.js'
import { apiKeys, users } from './schema.js'

/** Maximum number of keys per service account; revoked and expired keys do not count. */
export const KEYS_PER_SERVICE = 10
/** How long keys stay visible after they are revoked or expire. */
const KEPT = sql`now() - interval '30 days'`

const { id, user_id, name, hash, scopes, networks, expires_at, revoked_at } = apiKeys
const { created_at, created_by, last_used_at, last_ip } = apiKeys
const columns = {
  ...{ id, name, scopes, networks, expires_at, created_at, created_by, last_used_at, last_ip, revoked_at }
}

/** A key as admins see it. */
export type ApiKey = Pick<typeof apiKeys.$inferSelect, keyof typeof columns>

export interface NewApiKey {
  id: string
  hash: Buffer
  name: string
  scopes: Scope[]
  networks: string[] | null
  /** RFC 3339. */
  expiresAt: string | null
}

/** What is needed to authenticate a request by its key. */
export interface LiveKey {
  user_id: string
  hash: Buffer
  scopes: Scope[]
  networks: string[] | null
  /** RFC 3339; the caller compares it. */
  expires_at: string | null
  /** The tenant whose admins manage the service; null if it belongs to the installation. */
  owner_tenant_id: string | null
}

/** A service account, of a tenant or (null) of the installation. */
export interface ServiceRef {
  serviceId: string
  tenantId: string | null
}

export type KeyCreation =
  { outcome: 'created'; key: ApiKey } | { outcome: 'missing' } | { outcome: 'too many' }

/** `userId` is null for an operator. */
type By = Omit<Actor, 'userId'> & { userId: string | null }
type Change = ServiceRef & By

export type ApiKeyRepository = ReturnType<typeof createApiKeyRepository>

/** Neither revoked nor expired. */
export const isGood = and(isNull(revoked_at), or(isNull(expires_at), gt(expires_at, now)))
const isOwn = ({ serviceId, tenantId }: Named<ServiceRef>) =>
  and(
    eq(users.id, serviceId),
    eq(users.kind, 'service'),
    sql`${users.owner_tenant_id} is not distinct from ${tenantId}::uuid`
  )

const serviceOf = (named: Named<ServiceRef>) =>
  query.$with('service').as(query.select({ id: users.id }).from(users).where(isOwn(named)))

/** The CTE that writes the audit entry for a change to a key, whose columns are in `key`. */
const keyEvent = (action: string, named: Named<Change>, key: Parameters<typeof auditInMain>[1]) =>
  query.$with('event', {}).as(
    auditInMain(
      {
        action: sql`${sql.raw(`'${action}'`)}`,
        ...{ tenantId: named.tenantId, ip: named.ip, onBehalfOf: named.onBehalfOf },
        // Entries without a tenant belong to an account.
        userId: sql`coalesce(${named.userId}::uuid, case when ${named.tenantId}::uuid is null then key.user_id end)`,
        targetType: 'api_key',
        targetId: sql`key.id`,
        details: jsonObject({
          name: sql`key.name`,
          service_account_id: sql`key.user_id`,
          scopes: sql`key.scopes`
        })
      },
      key
    )
  )

const insert = rendered((named: Named<NewApiKey & Change>) => {
  const service = serviceOf(named)
  const key = query.$with('key', { ...columns, user_id }).as(
    sql`${insertSelect(
      apiKeys,
      {
        id: named.id,
        user_id: service.id,
        name: named.name,
        hash: sql`${named.hash}`,
        scopes: sql`${sql.param(named.scopes, scopes)}::jsonb`,
        networks: sql`${sql.param(named.networks, networks)}::jsonb`,
        expires_at: sql`${named.expiresAt}::timestamptz`,
        created_by: sql`${named.userId}::uuid`
      },
      service
    )} returning *`
  )
  return query
    .with(service, key, keyEvent('api_key.created', named, key))
    .select()
    .from(key)
})
const countLive = rendered(({ serviceId }: Named<{ serviceId: string }>) =>
  query
    .select({ count: count().as('count') })
    .from(apiKeys)
    .where(and(eq(user_id, serviceId), isGood))
)

/** Keys of service accounts, without their secrets. */
export function createApiKeyRepository({ sql: client }: DatabaseClient) {
  const findLive = prepared(client, (named: Named<{ id: string }>) =>
    query
      .select({ user_id, hash, scopes, networks, expires_at, owner_tenant_id: users.owner_tenant_id })
      .from(apiKeys)
      .innerJoin(users, eq(users.id, user_id))
      .where(and(eq(id, named.id), isNull(revoked_at), eq(users.is_active, true), eq(users.kind, 'service')))
  )
  const findOwn = prepared(client, (named: Named<ServiceRef>) =>
    query.select({ id: users.id }).from(users).where(isOwn(named))
  )
  const list = prepared(client, (named: Named<ServiceRef & { limit: number; offset: number }>) => {
    const own = query.select({ id: users.id }).from(users).where(isOwn(named))
    const ofService = sql`${user_id} = (${own})`
    return pageWithTotal(
      query
        .select({ count: count().as('count') })
        .from(apiKeys)
        .where(ofService),
      query
        .select(columns)
        .from(apiKeys)
        .where(ofService)
        .orderBy(desc(created_at), desc(id))
        .limit(named.limit)
        .offset(named.offset),
      sql`page.${bare(created_at)} desc, page.${bare(id)} desc`
    )
  })
  const revoke = prepared(client, (named: Named<Change & { keyId: string | null }>) => {
    const service = serviceOf(named)
    const key = query.$with('key').as(
      query
        .update(apiKeys)
        .set({ revoked_at: now })
        .from(service)
        .where(
          and(
            eq(user_id, service.id),
            isNull(revoked_at),
            sql`(${named.keyId}::text is null or ${id} = ${named.keyId})`
          )
        )
        .returning({ id, name, user_id, scopes })
    )
    return query
      .with(service, key, keyEvent('api_key.revoked', named, key))
      .select({ id: key.id })
      .from(key)
  })
  const findService = prepared(client, ({ keyId }: Named<{ keyId: string }>) =>
    query
      .select({
        serviceId: sql<string>`${user_id}`.as('serviceId'),
        tenantId: sql<string | null>`${users.owner_tenant_id}`.as('tenantId')
      })
      .from(apiKeys)
      .innerJoin(users, eq(users.id, user_id))
      .where(eq(id, keyId))
  )
  // Skips rows that another transaction has locked: this is not worth a wait, let alone a deadlock.
  const touch = prepared(client, ({ ids, addresses }: Named<{ ids: string; addresses: string }>) => {
    const used = query.$with('used', { id, last_ip }).as(
      sql`select ${id}, noted.last_ip
        from unnest(${ids}::varchar[], ${addresses}::varchar[]) as noted (id, last_ip)
        join ${apiKeys} on ${id} = noted.id
        where ${isNull(revoked_at)} for no key update of ${apiKeys} skip locked`
    )
    return query
      .with(used)
      .update(apiKeys)
      .set({ last_used_at: now, last_ip: used.last_ip })
      .from(used)
      .where(eq(id, used.id))
  })

  return {
    /** Finds a key with its account; null if the key is unknown or revoked, or its account inactive. */
    async findLive(keyId: string): Promise<LiveKey | null> {
      const [row] = await findLive({ id: keyId })
      return row ?? null
    },
    /** Adds a key, unless the service already has the maximum number. */
    async insert(service: ServiceRef, key: NewApiKey, by: By): Promise<KeyCreation> {
      return withTransaction(client, async (transaction): Promise<KeyCreation> => {
        await lockAccount(transaction, { userId: service.serviceId })
        const [present] = await countLive(transaction, service)
        if (present !== undefined && present.count >= KEYS_PER_SERVICE) return { outcome: 'too many' }
        const [row] = await insert(transaction, { ...service, ...key, ...by })
        if (row === undefined) return { outcome: 'missing' }
        const { user_id: _service, ...created } = row
        return { outcome: 'created', key: created }
      })
    },
    /** Whether the service account exists. */
    async hasService(service: ServiceRef): Promise<boolean> {
      return (await findOwn(service)).length > 0
    },
    /** A page of a service's keys, newest first. */
    async list(service: ServiceRef, page: { limit: number; offset: number }): Promise<PageWithTotal<ApiKey>> {
      return readPage<ApiKey>(await list({ ...service, ...page }), 'id')
    },
    /** Revokes a key of a service, or all of them (null); returns their ids. */
    async revoke(service: ServiceRef, keyId: string | null, by: By): Promise<string[]> {
      return (await revoke({ ...service, keyId, ...by })).map((row) => row.id)
    },
    /** Finds the service account that a key belongs to. */
    async findService(keyId: string): Promise<ServiceRef | null> {
      const [row] = await findService({ keyId })
      return row ?? null
    },
    /** Records that these keys were used just now, and from which address. */
    async touch(used: ReadonlyMap<string, string>): Promise<void> {
      // The text form of arrays, since the client knows no array types; neither ids nor addresses need quotes.
      await touch({ ids: `{${[...used.keys()].join(',')}}`, addresses: `{${[...used.values()].join(',')}}` })
    },
    /** Deletes up to 1,000 keys that were revoked or expired more than 30 days ago; true if there may be more. */
    prune: createPrune(client, apiKeys, sql`(${lt(revoked_at, KEPT)} or ${lt(expires_at, KEPT)})`)
  }
}
