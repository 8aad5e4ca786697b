import type postgres from 'postgres'
import type { Actor } from '../actor.js'
import { statement, withTransaction, type DatabaseClient } from '../client.js'
import { insertEvent } from '../event.js'
import { LOCK_ACCOUNT } from './account-lock.js'
import { ANSWER_RETENTION } from '../idempotency-table.js'
import { CREATE_TENANT } from './tenant-keys-repository.js'
import { auditTenant, tenantColumnsOf, type Tenant } from './tenant-row.js'

export interface NewTenant {
  id: string
  name: string
  databaseName: string
}

/** The Idempotency-Key of a request, which it claims for some seconds. */
export interface KeyClaim {
  key: string
  owner: string
  fingerprint: string
  seconds: number
}

/** Makes a tenant's place ready as a part of the transaction that inserts it; false when it cannot. */
export type Adopt = (
  transaction: postgres.TransactionSql,
  tenant: { id: string; database_name: string }
) => Promise<boolean>

const created = (ip: string) => auditTenant({ action: `'tenant.created'`, userId: 'created_by', ip })
const INSERT = `
  with tenant as (
    insert into tenants (id, name, database_name, status, created_by) values ($1, $2, $3, 'provisioning', $4)
    returning *
  ), admin as (
    insert into user_tenant_associations (user_id, tenant_id, role) select $4, id, 'admin' from tenant
  ), event as (${created('$5')})
  select ${tenantColumnsOf('tenant')} from tenant`
const INSERT_WITH_KEY = `
  with key as (
    insert into idempotency_keys as held
      (user_id, operation, key, owner, claimed_until, fingerprint, tenant_id, expires_at)
    values ($4, '${CREATE_TENANT}', $5, $6, now() + make_interval(secs => $7), $8, $1,
      now() + make_interval(secs => ${ANSWER_RETENTION}))
    on conflict (user_id, operation, key) do update set owner = excluded.owner, created_at = now(),
      claimed_until = excluded.claimed_until, fingerprint = excluded.fingerprint, result = null,
      tenant_id = excluded.tenant_id, expires_at = excluded.expires_at
      where held.expires_at <= now()
    returning user_id
  ), tenant as (
    insert into tenants (id, name, database_name, status, created_by)
    select $1::uuid, $2, $3, 'provisioning', user_id from key returning *
  ), admin as (
    insert into user_tenant_associations (user_id, tenant_id, role) select created_by, id, 'admin' from tenant
  ), event as (${created('$9')})
  select ${tenantColumnsOf('tenant')} from tenant`
const ACTIVATE = `
  with tenant as (
    update tenants set status = 'active', updated_at = now() where id = $1 and status in ('provisioning', 'failed')
    returning *
  ), event as (
    ${insertEvent('tenant.created', 'tenant', {
      tenantId: 'id',
      userId: 'created_by',
      data: { name: 'name', database_name: 'database_name' }
    })}
  ), answered as (
    update idempotency_keys key set result = to_jsonb(tenant) from tenant where key.tenant_id = tenant.id
  )
  select ${tenantColumnsOf('tenant')} from tenant`
const FAIL = `
  update tenants set status = 'failed', updated_at = now()
  where id = $1 and status = 'provisioning' and created_at < now() - make_interval(secs => $2)`

const COUNT = 'select count(*) as count from tenants where created_by = $1'

/** Rolls a transaction back and becomes its result. */
class Refusal<Reason> extends Error {
  constructor(readonly reason: Reason) {
    super('The transaction was rolled back')
  }
}

/** How tenants come into being; a part of `TenantRepository`. */
export function createTenantCreationRepository({ sql }: Pick<DatabaseClient, 'sql'>) {
  const fail = statement(sql, FAIL)

  async function insert(
    transaction: postgres.TransactionSql,
    { id, name, databaseName }: NewTenant,
    claim: KeyClaim | undefined,
    { userId, ip }: Actor
  ): Promise<Tenant | null> {
    const fields = [id, name, databaseName, userId] as const
    const [row] =
      claim === undefined
        ? await statement<Tenant>(transaction, INSERT)(...fields, ip)
        : await statement<Tenant>(transaction, INSERT_WITH_KEY)(
            ...fields,
            ...[claim.key, claim.owner, claim.seconds, claim.fingerprint, ip]
          )
    return row ?? null
  }

  async function activate(
    connection: postgres.Sql | postgres.TransactionSql,
    id: string
  ): Promise<Tenant | null> {
    const [row] = await statement<Tenant>(connection, ACTIVATE)(id)
    return row ?? null
  }

  /**
   * Inserts within a transaction that goes on with `then`. Those of one account come one after the other, by a lock
   * that a statement of its own takes, so that the count sees all that were inserted before.
   */
  async function insertAnd<Reason>(
    tenant: NewTenant,
    claim: KeyClaim | undefined,
    creator: Actor,
    limit: number | null,
    then: (transaction: postgres.TransactionSql, inserted: Tenant) => Promise<Tenant | null>
  ): Promise<Tenant | null | 'too many' | Reason> {
    try {
      return await withTransaction(sql, async (transaction) => {
        if (limit !== null) await statement(transaction, LOCK_ACCOUNT)(creator.userId)
        const inserted = await insert(transaction, tenant, claim, creator)
        if (inserted === null) return null
        if (limit !== null) {
          const [row] = await statement<{ count: number }>(transaction, COUNT)(creator.userId)
          if (row === undefined || row.count > limit) throw new Refusal('too many')
        }
        return then(transaction, inserted)
      })
    } catch (error) {
      if (error instanceof Refusal) return error.reason as Reason | 'too many'
      throw error
    }
  }

  return {
    /**
     * Inserts a tenant that is being provisioned, with its creator as admin. The key, if there is one, is claimed by
     * the same statement: null, and nothing changed, when the user has sent it before. 'too many', and nothing changed,
     * when the creator would have created more than `limit` that are not removed for good.
     */
    insert: (tenant: NewTenant, claim: KeyClaim | undefined, creator: Actor, limit: number | null) =>
      insertAnd<never>(tenant, claim, creator, limit, async (_transaction, inserted) => inserted),
    /** The same, and ready at once, all in one transaction: 'not possible', and nothing changed, when `adopt` says no. */
    insertReady: (
      tenant: NewTenant,
      claim: KeyClaim | undefined,
      creator: Actor,
      limit: number | null,
      adopt: Adopt
    ) =>
      insertAnd<'not possible'>(tenant, claim, creator, limit, async (transaction) => {
        if (!(await adopt(transaction, { id: tenant.id, database_name: tenant.databaseName })))
          throw new Refusal('not possible')
        return activate(transaction, tenant.id)
      }),
    /** Declares the tenant ready, answers the key that it was asked for with, and writes `tenant.created`; null when it was active already. */
    activate: (id: string) => activate(sql, id),
    /** Gives up on a tenant that has been provisioning for more than `seconds`. */
    async failAfter(id: string, seconds: number): Promise<void> {
      await fail(id, seconds)
    }
  }
}
