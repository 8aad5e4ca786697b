import type { TenantRef } from '../../../plugins/tenancy/router.js'

/** Maximum items per statement, which bounds how long it runs. */
const MOST = 64

interface Waiting<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/**
 * Batches work in a tenant's database that costs little more for many items than for one. The first item runs at once;
 * items that arrive meanwhile run together afterwards. So no item waits for others to arrive, and the busier a tenant
 * is, the less each item costs. If one of them waits for a lock, its whole batch does.
 * @param run returns the results in the order of the items. `apart` means that nothing was done because of one of
 * several items, and they must be retried one by one
 */
export function createBatches<Item, Result>(
  run: (tenant: TenantRef, items: Item[]) => Promise<Result[] | 'apart'>
): (tenant: TenantRef, item: Item) => Promise<Result> {
  /** The waiting items, by tenants for which something runs. */
  const lines = new Map<string, Waiting<Item, Result>[]>()

  async function runTogether(tenant: TenantRef, batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const items = batch.map(({ item }) => item)
      const results = await run(tenant, items)
      if (results === 'apart') await Promise.all(batch.map((waiting) => runTogether(tenant, [waiting])))
      else batch.forEach(({ resolve }, index) => resolve(results[index] as Result))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  async function work(tenant: TenantRef, line: Waiting<Item, Result>[]): Promise<void> {
    while (line.length > 0) await runTogether(tenant, line.splice(0, MOST))
    lines.delete(tenant.id)
  }

  return (tenant, item) =>
    new Promise((resolve, reject) => {
      const waiting = { item, resolve, reject }
      const line = lines.get(tenant.id)
      if (line !== undefined) {
        line.push(waiting)
        return
      }
      const first = [waiting]
      lines.set(tenant.id, first)
      void work(tenant, first)
    })
}
