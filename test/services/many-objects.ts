import type { TenantStore } from '../../db/tenant/store.js'
import type { TenantStorage } from '../../plugins/storage/tenant-storage.js'
import type { Router } from '../../plugins/tenancy/router.js'
import { createStorageCheck, type Finding } from '../../src/services/files/storage-check.js'

const TENANT = { id: '5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11', database_name: 'x', server: 'main' }
const keyOf = (n: number) => `tenants/${TENANT.id}/files/2026/01/${String(n).padStart(12, '0')}`
const numberOf = (key: string) => (key === '' ? -1 : Number(key.slice(-12)))

/** Checks a fake storage whose rows and objects are computed from their numbers. */
export async function checkMany(options: {
  count: number
  hasRow: (n: number) => boolean
  hasObject: (n: number) => boolean
  sizeOf: (n: number) => number
  /** The storage lists the last object first. */
  backwards?: boolean
}): Promise<{ findings: Finding[]; counts: { files: number; objects: number }; rssGrowth: number }> {
  const { count, hasRow, hasObject, sizeOf } = options
  const rowOf = (n: number) => ({ id: `file ${n}`, s3_path: keyOf(n), file_size: 1 })
  const exists = (n: number) => Number.isInteger(n) && n >= 0 && n < count
  const store = {
    files: {
      listKeysAfter: async (key: string, limit: number) => {
        const page = []
        for (let n = numberOf(key) + 1; n < count && page.length < limit; n++)
          if (hasRow(n)) page.push(rowOf(n))
        return page
      },
      findByKey: async (key: string) =>
        exists(numberOf(key)) && hasRow(numberOf(key)) ? rowOf(numberOf(key)) : null
    },
    pendingObjects: { listKeysAfter: async () => [], has: async () => false }
  } as unknown as TenantStore
  const storage = {
    async *list() {
      for (let i = 0; i < count; i++) {
        const n = options.backwards === true ? count - 1 - i : i
        if (hasObject(n)) yield { key: keyOf(n), size: sizeOf(n) }
      }
    },
    async *listUnfinished() {
      yield* []
    },
    stat: async (key: string) => (hasObject(numberOf(key)) ? { size: sizeOf(numberOf(key)) } : null)
  } as unknown as TenantStorage
  const change = <T>(_tenant: object, work: (store: TenantStore) => Promise<T>) => work(store)
  const router = { withTenant: change } as unknown as Router
  const removal = {
    removeNow: async () => undefined,
    abandon: async () => undefined,
    sweep: async () => ({ removed: 0, hasMore: false })
  }
  const check = createStorageCheck({ router, change, storage: { of: () => storage }, removal })

  const counts = { files: 0, objects: 0, bytes: 0, pending: 0 }
  const findings: Finding[] = []
  const before = process.memoryUsage().rss
  let most = before
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50)
  for await (const finding of check.findings(TENANT, counts)) findings.push(finding)
  clearInterval(timer)
  return { findings, counts, rssGrowth: Math.max(most, process.memoryUsage().rss) - before }
}
