import { eq, sql, type SQLWrapper } from 'drizzle-orm'
import { getTableConfig } from 'drizzle-orm/pg-core'
import { auditEvent } from '../audit-event.js'
import { jsonObject, query, rendered, under, type Client, type Named } from '../statement.js'
import type { TenantTables } from './schema.js'

/** Maximum usage of a tenant; null for no limit. */
export interface UsageLimits {
  documents: number | null
  /** Bytes of all files together, each counted once however many documents refer to it. */
  bytes: number | null
}

/**
 * A tenant's own limit, which replaces that of the settings (`default`); `none` means no limit, whatever the settings
 * say.
 */
export type OwnLimit = number | 'none' | 'default'

export interface Usage {
  documents: number
  files: number
  bytes: number
  limits: UsageLimits
}

/** In the table, null means the limit of the settings, and this value means no limit. */
const NO_LIMIT = -1

export type UsageRepository = ReturnType<ReturnType<typeof defineUsageRepository>>

interface LimitChange {
  setsDocuments: boolean
  documents: number | null
  setsBytes: boolean
  bytes: number | null
  tenantId: string
  osUser: string
}

/** SQL for a current count, whose cost does not depend on the number of rows counted. */
export const usageCount = ({ usage, usageChanges }: TenantTables, of: 'documents' | 'files') =>
  sql`(select ${usage[of]} from ${usage})
    + (select coalesce(sum(${usageChanges[of]}), 0)::bigint from ${usageChanges})`

/** A tenant's usage, counted by triggers within the statement of each change; see the migration `count_usage`. */
export function defineUsageRepository({ usage, usageChanges, outbox }: TenantTables) {
  const { max_documents, max_bytes } = usage
  // The functions are in the schema of the tables.
  const { schema } = getTableConfig(usage)
  const place = schema === undefined ? undefined : sql`${sql.identifier(schema)}.`
  const fold = rendered(() => sql`select ${place}fold_usage()`)
  const recount = rendered(() => sql`select ${place}recount_usage()`)

  const current = <Name extends 'documents' | 'files' | 'bytes'>(of: Name) =>
    sql<number>`${usage[of]} + coalesce(sum(${usageChanges[of]}), 0)::bigint`.as(of)
  const read = rendered(() =>
    query
      .select({
        ...{ documents: current('documents'), files: current('files'), bytes: current('bytes') },
        ...{ max_documents, max_bytes }
      })
      .from(usage)
      .leftJoin(usageChanges, sql`true`)
      .groupBy(usage.id)
  )

  const previous = under('previous', usage)
  const changed = under('changed', usage)
  const setLimits = rendered((to: Named<LimitChange>) => {
    const change = query
      .update(usage)
      .set({
        max_documents: sql`case when ${to.setsDocuments} then ${to.documents}::bigint else ${max_documents} end`,
        max_bytes: sql`case when ${to.setsBytes} then ${to.bytes}::bigint else ${max_bytes} end`
      })
      .from(sql`${previous}`)
      .where(eq(usage.id, previous.id))
      .returning({ id: usage.id, max_documents, max_bytes })
    const event = {
      action: 'tenant.limits_changed',
      tenantId: to.tenantId,
      targetType: 'tenant',
      targetId: to.tenantId,
      details: jsonObject({
        ...shownLimits(changed),
        previous: jsonObject(shownLimits(previous)),
        by: 'operator',
        os_user: sql`${to.osUser}::text`
      })
    }
    return sql`with ${previous} as ${query.select().from(usage).for('no key update')}, ${changed} as ${change}
      ${auditEvent(outbox, event, sql`${changed}, ${previous}`)}`
  })

  return (client: Client) => ({
    /** @param defaults the limits of tenants that have none of their own */
    async read(defaults: UsageLimits): Promise<Usage> {
      const [row] = await read(client)
      if (row === undefined) throw new Error('The row of "usage" is missing')
      const { max_documents, max_bytes, ...counts } = row
      return {
        ...counts,
        limits: {
          documents: effective(max_documents, defaults.documents),
          bytes: effective(max_bytes, defaults.bytes)
        }
      }
    },
    /**
     * Folds the rows of `usage_changes` into `usage`, which keeps reading cheap. Safe at any time, in any number of
     * processes.
     */
    async fold(): Promise<void> {
      await fold(client)
    },
    /** Counts everything again, in case the numbers may be wrong. Safe at any time. */
    async recount(): Promise<void> {
      await recount(client)
    },
    /**
     * Sets the limits that are not undefined. A limit below the current usage only prevents further uploads.
     * @param by the operating system's user who sets them, for the audit entry
     */
    async setLimits(
      { documents, bytes }: { documents?: OwnLimit | undefined; bytes?: OwnLimit | undefined },
      by: { tenantId: string; osUser: string }
    ): Promise<void> {
      await setLimits(client, {
        setsDocuments: documents !== undefined,
        documents: stored(documents),
        setsBytes: bytes !== undefined,
        bytes: stored(bytes),
        ...by
      })
    }
  })
}

/** SQL for the limits in the form of `OwnLimit`. */
const shownLimits = ({ max_documents, max_bytes }: TenantTables['usage']) => ({
  documents: shown(max_documents),
  bytes: shown(max_bytes)
})

const shown = (limit: SQLWrapper) =>
  sql`case ${limit} when ${NO_LIMIT} then '"none"'::jsonb else coalesce(to_jsonb(${limit}), '"default"'::jsonb) end`

function effective(own: number | null, standard: number | null): number | null {
  if (own === NO_LIMIT) return null
  return own ?? standard
}

function stored(limit: OwnLimit | undefined): number | null {
  if (limit === 'none') return NO_LIMIT
  return typeof limit === 'number' ? limit : null
}
