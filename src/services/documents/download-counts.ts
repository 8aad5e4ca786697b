import { createHash, randomUUID } from 'node:crypto'
import type { CountedDownload, DownloadKind } from '../../../db/tenant/documents-repository.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'

/** Who downloads which document, and how. */
export interface Download {
  tenant: TenantRef
  documentId: string
  userId: string
  onBehalfOf: string | null
  as: DownloadKind
}

export interface DownloadCountsDependencies {
  /** Writes download counts for the audit log. */
  write: (tenant: TenantRef, counts: CountedDownload[]) => Promise<void>
  onError: (error: unknown) => void
  now?: () => number
}

export type DownloadCounts = ReturnType<typeof createDownloadCounts>

const HOUR_MS = 3_600_000
/** Milliseconds between writes; a killed process loses at most the counts of this time, but no entry. */
const WRITE_INTERVAL_MS = 60_000
/**
 * Maximum number of counts in memory; beyond it each download is recorded by itself, like the first of its hour.
 */
const MAX_COUNTED = 20_000
const BATCH = 500

interface Counted extends CountedDownload {
  tenant: TenantRef
  hour: number
  /** The count already written. */
  written: number
}

/**
 * Keeps one audit entry per document, user (and whom they act for), kind and hour, with a count: players and readers
 * request a document in hundreds of ranges. A process's first download in an hour is recorded before anything is handed
 * out; later ones are counted in memory and written periodically. All processes use the same entry, whose id is derived
 * from its subject, and each reports its own count (`source`).
 */
export function createDownloadCounts({ write, onError, now = Date.now }: DownloadCountsDependencies) {
  const source = randomUUID()
  const counted = new Map<string, Counted>()
  const hourNow = () => Math.floor(now() / HOUR_MS)
  const keyOf = ({ tenant, documentId, userId, onBehalfOf, as }: Download, hour: number) =>
    [
      tenant.id,
      documentId.toLowerCase(),
      userId,
      as,
      hour,
      ...(onBehalfOf === null ? [] : [onBehalfOf])
    ].join(':')

  async function writeCounts(): Promise<void> {
    const due = new Map<string, Counted[]>()
    for (const [key, one] of counted) {
      if (one.count > one.written) {
        const ofTenant = due.get(one.tenant.id)
        if (ofTenant === undefined) due.set(one.tenant.id, [one])
        else ofTenant.push(one)
      } else if (one.hour < hourNow()) counted.delete(key)
    }
    for (const ofTenant of due.values())
      for (let start = 0; start < ofTenant.length; start += BATCH) {
        const batch = ofTenant.slice(start, start + BATCH)
        const counts = batch.map(({ count }) => count)
        try {
          await write((batch[0] as Counted).tenant, batch)
          batch.forEach((one, index) => (one.written = counts[index] as number))
        } catch (error) {
          // The next write repeats these counts, which only grow; counts from before the last hour are given up.
          onError(error)
          for (const one of batch) if (one.hour < hourNow() - 1) one.written = one.count
        }
      }
  }
  const timer = setInterval(() => void writeCounts(), WRITE_INTERVAL_MS).unref()

  return {
    /** Whether the first such download in this hour has been recorded. */
    isCounted: (download: Download) => counted.has(keyOf(download, hourNow())),

    /** Counts a download that is not the first in this hour; false if it is, and must be recorded. */
    again(download: Download): boolean {
      const known = counted.get(keyOf(download, hourNow()))
      if (known !== undefined) known.count += 1
      return known !== undefined
    },

    /** Identifies the download's entry in this hour. */
    entry(download: Download): { entryId: string; source: string; hour: number } {
      const hour = hourNow()
      const hash = createHash('sha256').update(keyOf(download, hour)).digest()
      // A UUID of a custom version (RFC 9562 §5.8), so that it differs from every other event's.
      hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80
      hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
      const entryId = hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
      return { entryId, source, hour }
    },

    /** Starts counting once the first download has been recorded. */
    begin(download: Download, entry: { entryId: string; hour: number }, filename: string, ip: string | null) {
      const key = keyOf(download, entry.hour)
      const known = counted.get(key)
      // Without the request's `askAgain`: the counts of many people are written together, after their requests.
      const { id, database_name, server } = download.tenant
      const tenant = { id, database_name, server }
      if (known !== undefined) known.count += 1
      else if (counted.size < MAX_COUNTED)
        counted.set(key, { ...download, tenant, ...entry, source, filename, ip, count: 1, written: 1 })
    },

    /** Writes the counts that are not written yet. */
    async close(): Promise<void> {
      clearInterval(timer)
      await writeCounts()
    }
  }
}
