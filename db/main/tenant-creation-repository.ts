import { and, count, eq, getTableColumns, inArray, lt, lte, sql, type WithSubquery } from 'drizzle-orm'
import type { WithSubqueryWithSelection } from 'drizzle-orm/pg-core'
import type postgres from 'postgres'
import type { Actor } from '../actor.js'
import type { DatabaseClient } from '../client.js'
import { ANSWER_RETENTION } from '../idempotency-table.js'
import {
  excluded,
  insertSelect,
  now,
  prepared,
  query,
  rendered,
  secondsAgo,
  secondsFromNow,
  type Named
} from '../statement.js'
import { keepAccount, lockAccount } from './account-lock.js'
import { revertible } from './revertible.js'
import { idempotencyKeys, tenants, userTenantAssociations as members } from './schema.js'
import { lockServer, type ServerRoom } from './server-room.js'
import { CREATE_TENANT } from './tenant-keys-repository.js'
import { auditTenant, tenantColumnsOf, tenantEvent, type Tenant } from './tenant-row.js'

export interface NewTenant {
  id: string
  name: string
  databaseName: string
  /** The server of its place. */
  server: string
  /** Whether the server has a maximum number of tenants. */
  isLimited: boolean
}

/** The Idempotency-Key of a request, and the seconds for which the request claims it. */
export interface KeyClaim {
  key: string
  owner: string
  fingerprint: string
  seconds: number
}

/** Prepares a tenant's place within the transaction that inserts the tenant; false if that is not possible. */
export type Adopt = (
  transaction: postgres.TransactionSql,
  tenant: { id: string; database_name: string; server: string }
) => Promise<boolean>

type Created = { outcome: 'created'; tenant: Tenant }

/** The outcome of an insertion; only `created` has changed anything. */
type Insertion =
  | Created
  /** The user has already sent this key. */
  | { outcome: 'key taken' }
  /** The creator would exceed the limit of tenants, which counts all that are not purged. */
  | { outcome: 'too many' }
  /** The server would exceed its maximum number of tenants. */
  | { outcome: 'server full' }
  /** The creator's account was deleted. */
  | { outcome: 'no creator' }

export type TenantActivation = { outcome: 'activated'; tenant: Tenant } | { outcome: 'unchanged' }

type Creation = Omit<NewTenant, 'isLimited'> & Actor
type CreationWithKey = Creation & KeyClaim

const insert = rendered((named: Named<Creation>) => {
  const { id, name, databaseName, server, userId } = named
  const values = {
    id,
    name,
    database_name: databaseName,
    server,
    status: 'provisioning',
    created_by: userId
  } as const
  const tenant = query.$with('tenant').as(query.insert(tenants).values(values).returning())
  return withCreator(tenant, named)
})
const insertWithKey = rendered((named: Named<CreationWithKey>) => {
  const { user_id, operation, key, owner, claimed_until, fingerprint, tenant_id, expires_at } =
    idempotencyKeys
  const claimed = query.$with('key').as(
    query
      .insert(idempotencyKeys)
      .values({
        user_id: named.userId,
        operation: CREATE_TENANT,
        key: named.key,
        owner: named.owner,
        claimed_until: secondsFromNow(named.seconds),
        fingerprint: named.fingerprint,
        tenant_id: named.id,
        expires_at: secondsFromNow(ANSWER_RETENTION)
      })
      .onConflictDoUpdate({
        target: [user_id, operation, key],
        set: {
          owner: excluded(owner),
          created_at: now,
          claimed_until: excluded(claimed_until),
          fingerprint: excluded(fingerprint),
          result: sql`null`,
          tenant_id: excluded(tenant_id),
          expires_at: excluded(expires_at)
        },
        setWhere: lte(expires_at, now)
      })
      .returning({ user_id, tenant_id })
  )
  const tenant = query.$with('tenant', getTableColumns(tenants)).as(
    sql`${insertSelect(
      tenants,
      {
        id: claimed.tenant_id,
        name: named.name,
        database_name: named.databaseName,
        server: named.server,
        status: sql`'provisioning'`,
        created_by: claimed.user_id
      },
      claimed
    )} returning *`
  )
  return withCreator(tenant, named, claimed)
})
const activate = rendered(({ id }: Named<{ id: string }>) => {
  const tenant = query.$with('tenant').as(
    query
      .update(tenants)
      .set({ status: 'active', updated_at: now })
      .where(and(eq(tenants.id, id), inArray(tenants.status, ['provisioning', 'failed'])))
      .returning()
  )
  const { name, database_name, created_by: userId } = tenant
  const created = tenantEvent('tenant.created', tenant, { userId, data: { name, database_name } })
  const event = query.$with('event', {}).as(created)
  const answered = query.$with('answered').as(
    query
      .update(idempotencyKeys)
      .set({ result: sql`to_jsonb(${tenant})` })
      .from(tenant)
      .where(eq(idempotencyKeys.tenant_id, tenant.id))
  )
  return query.with(tenant, event, answered).select(tenantColumnsOf(tenant)).from(tenant)
})
const countOf = rendered(({ userId }: Named<{ userId: string }>) =>
  query
    .select({ count: count().as('count') })
    .from(tenants)
    .where(eq(tenants.created_by, userId))
)

const isOverfull = (server: ServerRoom | undefined) =>
  server !== undefined && server.max_tenants !== null && server.tenants > server.max_tenants

/** Completes a statement that inserts a tenant: its creator becomes its admin. */
function withCreator(
  tenant: WithSubqueryWithSelection<(typeof tenants)['_']['columns'], 'tenant'>,
  { ip, onBehalfOf }: Named<Actor>,
  ...before: WithSubquery[]
) {
  const { id, created_by } = tenant
  const admin = query
    .$with('admin', {})
    .as(insertSelect(members, { user_id: created_by, tenant_id: id, role: sql`'admin'` }, tenant))
  const event = query
    .$with('event', {})
    .as(auditTenant(tenant, { action: sql`'tenant.created'`, userId: created_by, ip, onBehalfOf }))
  return query
    .with(...before, tenant, admin, event)
    .select(tenantColumnsOf(tenant))
    .from(tenant)
}

/** The creation of tenants; part of `TenantRepository`. */
export function createTenantCreationRepository({ sql: client }: Pick<DatabaseClient, 'sql'>) {
  const fail = prepared(client, ({ id, seconds }: Named<{ id: string; seconds: number }>) =>
    query
      .update(tenants)
      .set({ status: 'failed', updated_at: now })
      .where(
        and(
          eq(tenants.id, id),
          eq(tenants.status, 'provisioning'),
          lt(tenants.created_at, secondsAgo(seconds))
        )
      )
  )

  async function activateOn(
    connection: postgres.Sql | postgres.TransactionSql,
    id: string
  ): Promise<TenantActivation> {
    const [tenant] = await activate(connection, { id })
    return tenant ? { outcome: 'activated', tenant } : { outcome: 'unchanged' }
  }

  /**
   * Inserts a tenant within a transaction that continues with `then`. With a limit, a lock on the creator's account
   * serializes its insertions. It is a separate statement, so that the count sees all earlier ones.
   */
  function insertAnd<More extends { outcome: string }>(
    tenant: NewTenant,
    claim: KeyClaim | undefined,
    creator: Actor,
    limit: number | null,
    then: (
      transaction: postgres.TransactionSql,
      created: Created,
      revert: (result: More) => never
    ) => Promise<Created>
  ): Promise<Insertion | More> {
    return revertible<Insertion | More>(client, async (transaction, revert) => {
      const lock = limit === null ? keepAccount : lockAccount
      if ((await lock(transaction, creator)).length === 0) return { outcome: 'no creator' }
      const { isLimited, ...row } = tenant
      const creation = { ...row, ...creator }
      const [inserted] =
        claim === undefined
          ? await insert(transaction, creation)
          : await insertWithKey(transaction, { ...creation, ...claim })
      if (inserted === undefined) return { outcome: 'key taken' }
      if (limit !== null) {
        const [row] = await countOf(transaction, creator)
        if (row === undefined || row.count > limit) revert({ outcome: 'too many' })
      }
      if (isLimited && isOverfull(await lockServer(transaction, row.server)))
        revert({ outcome: 'server full' })
      return then(transaction, { outcome: 'created', tenant: inserted }, revert)
    })
  }

  return {
    /**
     * Inserts a tenant that is being provisioned, with its creator as admin. The key, if there is one, is claimed by
     * the same statement.
     */
    insert: (tenant: NewTenant, claim: KeyClaim | undefined, creator: Actor, limit: number | null) =>
      insertAnd<never>(tenant, claim, creator, limit, async (_transaction, created) => created),
    /** Inserts a tenant that is ready at once, all in one transaction; `not possible` if `adopt` returns false. */
    insertReady: (
      tenant: NewTenant,
      claim: KeyClaim | undefined,
      creator: Actor,
      limit: number | null,
      adopt: Adopt
    ) =>
      insertAnd<{ outcome: 'not possible' }>(
        ...([tenant, claim, creator, limit] as const),
        async (transaction, created, revert) => {
          const place = { id: tenant.id, database_name: tenant.databaseName, server: tenant.server }
          if (!(await adopt(transaction, place))) return revert({ outcome: 'not possible' })
          const activation = await activateOn(transaction, tenant.id)
          return activation.outcome === 'activated' ? { ...created, tenant: activation.tenant } : created
        }
      ),
    /**
     * Declares the tenant ready, stores the answer for its Idempotency-Key, and writes `tenant.created`; `unchanged` if
     * it was already active.
     */
    activate: (id: string) => activateOn(client, id),
    /** Marks a tenant that has been provisioning for more than `seconds` as failed. */
    async failAfter(id: string, seconds: number): Promise<void> {
      await fail({ id, seconds })
    }
  }
}
