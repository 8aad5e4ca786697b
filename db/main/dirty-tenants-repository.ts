import { statement, type DatabaseClient } from '../client.js'

/** Stands for the outbox of the main database among the tenants'. */
export const MAIN_OUTBOX = '00000000-0000-0000-0000-000000000000'

export type DirtyTenantRepository = ReturnType<typeof createDirtyTenantRepository>

/** Which outboxes may hold events, and who is relaying them. All times are the database's. */
export function createDirtyTenantRepository({ sql }: DatabaseClient) {
  const mark = statement(
    sql,
    `insert into dirty_tenants (tenant_id) values ($1)
     on conflict (tenant_id) do update set marked_at = greatest(dirty_tenants.marked_at, excluded.marked_at)`
  )
  const acquire = statement<{ marked_at: string }>(
    sql,
    `insert into dirty_tenants (tenant_id, leased_by, leased_until)
     values ($1, $2, now() + make_interval(secs => $3))
     on conflict (tenant_id) do update set leased_by = excluded.leased_by, leased_until = excluded.leased_until
       where dirty_tenants.leased_until is null or dirty_tenants.leased_until < now() or dirty_tenants.leased_by = $2
     returning marked_at`
  )
  const release = statement(
    sql,
    `update dirty_tenants set leased_by = null, leased_until = null where tenant_id = $1 and leased_by = $2`
  )
  const clear = statement(
    sql,
    `delete from dirty_tenants
     where tenant_id = $1 and leased_by = $2 and marked_at < now() - make_interval(secs => $3)`
  )
  const listFree = statement<{ tenant_id: string }>(
    sql,
    `select tenant_id from dirty_tenants where leased_until is null or leased_until < now() order by marked_at limit $1`
  )

  return {
    async mark(tenantId: string): Promise<void> {
      await mark(tenantId)
    },
    /** Takes or renews the lease for some seconds; false while another relay holds it. */
    async acquire(tenantId: string, owner: string, seconds: number): Promise<boolean> {
      return (await acquire(tenantId, owner, seconds)).length > 0
    },
    async release(tenantId: string, owner: string): Promise<void> {
      await release(tenantId, owner)
    },
    /** Forgets a mark that is older than `seconds`; the caller holds the lease and has seen the outbox empty. */
    async clear(tenantId: string, owner: string, seconds: number): Promise<void> {
      await clear(tenantId, owner, seconds)
    },
    async listFree(limit: number): Promise<string[]> {
      return (await listFree(limit)).map((row) => row.tenant_id)
    }
  }
}
