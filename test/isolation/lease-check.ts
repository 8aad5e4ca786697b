import type postgres from 'postgres'
import type { Router } from '../../plugins/tenancy/router.js'
import type { TenantStore } from '../../db/tenant/store.js'
import type { TestTenant } from '../helpers/api.js'

/** A lease that ran in another place than the one asked for. */
export interface Astray {
  asked: string
  found: string
}

const MESSAGE = 'here: '

/** Makes recount_usage(), which the run does not need, report the place in which a store calls it. */
export async function tellPlace(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`create or replace function recount_usage() returns void language plpgsql set search_path from current
    as $$ begin raise exception '${MESSAGE}%.%', current_database(), current_schema(); end $$`)
}

async function placeOf(store: TenantStore): Promise<string> {
  const error: unknown = await store.usage.recount().then(
    () => new Error('recount_usage() was not replaced'),
    (refusal: unknown) => refusal
  )
  if (error instanceof Error && error.message.startsWith(MESSAGE)) return error.message.slice(MESSAGE.length)
  throw error
}

/** Checks the place of every lease of a process before its work begins. */
export function checkLeases(
  router: Router,
  tenants: TestTenant[],
  expected: (databaseName: string) => string
): { leases: number; astray: Astray[] } {
  const seen = { leases: 0, astray: [] as Astray[] }
  const places = new Map(tenants.map(({ id, database_name }) => [id, expected(database_name)]))
  const withTenant = router.withTenant.bind(router)
  router.withTenant = (tenant, work) =>
    withTenant(tenant, async (store) => {
      const asked = places.get(tenant.id)
      const found = await placeOf(store)
      seen.leases += 1
      if (asked !== found) seen.astray.push({ asked: String(asked), found })
      return work(store)
    })
  return seen
}
