import type { TenantRef } from '../../plugins/tenancy/adapter.js'

/** The most that one statement takes, which bounds how long it runs. */
const MOST = 64

interface Waiting<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/**
 * Work in a tenant's database that costs little more for many than for one. What comes first is done at once; what
 * comes while that runs is done together afterwards. So nobody waits for company, and the busier a tenant is, the less
 * each item costs.
 * @param run gives the outcomes in the order of the items, and throws what concerns all of them
 */
export function createBatches<Item, Result>(
  run: (tenant: TenantRef, items: Item[]) => Promise<PromiseSettledResult<Result>[]>
): (tenant: TenantRef, item: Item) => Promise<Result> {
  /** What waits, by the tenants for which something runs. */
  const lines = new Map<string, Waiting<Item, Result>[]>()

  async function runTogether(tenant: TenantRef, batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const items = batch.map(({ item }) => item)
      for (const [index, outcome] of (await run(tenant, items)).entries()) {
        if (outcome.status === 'fulfilled') batch[index]?.resolve(outcome.value)
        else batch[index]?.reject(outcome.reason)
      }
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
