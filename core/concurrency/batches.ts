/** Maximum items per statement, which bounds how long it runs. */
const MOST = 64

interface Waiting<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/**
 * Batches work in one place, such as a tenant's database or a folder, that costs little more for many items than for one.
 * The first item runs at once; items that arrive meanwhile run together afterwards. So no item waits for others to
 * arrive, and the busier a place is, the less each item costs. If one item waits for a lock, its whole batch waits.
 * @param run returns the results in the order of the items. `apart` means that one of several items kept the whole batch
 * from being done, so the items must be retried one by one
 */
export function createBatches<Item, Result, Of extends { id: string }>(
  run: (of: Of, items: Item[]) => Promise<Result[] | 'apart'>
): (of: Of, item: Item) => Promise<Result> {
  /** The waiting items of each place for which a batch runs. */
  const lines = new Map<string, Waiting<Item, Result>[]>()

  async function runTogether(of: Of, batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const items = batch.map(({ item }) => item)
      const results = await run(of, items)
      if (results === 'apart') await Promise.all(batch.map((waiting) => runTogether(of, [waiting])))
      else batch.forEach(({ resolve }, index) => resolve(results[index] as Result))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  async function work(of: Of, line: Waiting<Item, Result>[]): Promise<void> {
    while (line.length > 0) await runTogether(of, line.splice(0, MOST))
    lines.delete(of.id)
  }

  return (of, item) =>
    new Promise((resolve, reject) => {
      const waiting = { item, resolve, reject }
      const line = lines.get(of.id)
      if (line !== undefined) {
        line.push(waiting)
        return
      }
      const first = [waiting]
      lines.set(of.id, first)
      void work(of, first)
    })
}
