import type postgres from 'postgres'
import { insertAuditEvent } from '../audit-event.js'
import { statement } from '../client.js'
import type { TenantTableNames } from './table-names.js'

/** What a tenant may hold at most; null: as much as it likes. */
export interface UsageLimits {
  documents: number | null
  /** Bytes of all files together, each counted once however many documents it has. */
  bytes: number | null
}

/** A tenant's own limit stands for the setting's; 'none' means that there is none, whatever the setting says. */
export type OwnLimit = number | 'none' | 'default'

export interface Usage {
  documents: number
  files: number
  bytes: number
  limits: UsageLimits
}

interface UsageRow {
  documents: number
  files: number
  bytes: number
  max_documents: number | null
  max_bytes: number | null
}

/** In the table, null is the setting's limit and this is none. */
const NO_LIMIT = -1

export type UsageRepository = ReturnType<typeof createUsageRepository>

/** SQL of how many there are now, which costs the same however many they are. */
export const usageCount =
  ({ usage, usageChanges }: TenantTableNames) =>
  (of: 'documents' | 'files') =>
    `(select ${of} from ${usage}) + (select coalesce(sum(${of}), 0)::bigint from ${usageChanges})`

/** What a tenant holds: counted by triggers in the statement of each change, see the migration `count_usage`. */
export function createUsageRepository(
  sql: postgres.Sql,
  { usage, usageChanges, files, outbox }: TenantTableNames
) {
  // The functions are where the tables are.
  const call = (name: string) => statement(sql, `select ${files.replace(/"files"$/, '')}${name}()`)
  const fold = call('fold_usage')
  const recount = call('recount_usage')
  const read = statement<UsageRow>(
    sql,
    `select usage.documents + coalesce(sum(changes.documents), 0)::bigint as documents,
       usage.files + coalesce(sum(changes.files), 0)::bigint as files,
       usage.bytes + coalesce(sum(changes.bytes), 0)::bigint as bytes, max_documents, max_bytes
     from ${usage} usage left join ${usageChanges} changes on true group by usage.id`
  )
  const setLimits = statement(
    sql,
    `with previous as (
       select id as previous_id, max_documents as previous_documents, max_bytes as previous_bytes
       from ${usage} for no key update
     ), changed as (
       update ${usage} usage set max_documents = case when $1 then $2::bigint else max_documents end,
         max_bytes = case when $3 then $4::bigint else max_bytes end
       from previous where usage.id = previous_id returning usage.*, previous_documents, previous_bytes
     )
     ${insertAuditEvent(
       'changed',
       {
         action: `'tenant.limits_changed'`,
         tenantId: '$5',
         userId: 'null',
         targetType: `'tenant'`,
         targetId: '$5',
         details: `jsonb_build_object('documents', ${shown('max_documents')}, 'bytes', ${shown('max_bytes')},
           'previous', jsonb_build_object('documents', ${shown('previous_documents')}, 'bytes', ${shown('previous_bytes')}),
           'by', 'operator', 'os_user', $6::text)`,
         ip: 'null'
       },
       outbox
     )}`
  )

  return {
    /** @param defaults the limits of tenants that have none of their own */
    async read(defaults: UsageLimits): Promise<Usage> {
      const [row] = await read()
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
    /** Keeps reading cheap; safe at any time and by any number of processes. */
    async fold(): Promise<void> {
      await fold()
    },
    /** Counts everything anew, for numbers that somebody has reason not to trust. Safe at any time. */
    async recount(): Promise<void> {
      await recount()
    },
    /**
     * Leaves alone what is undefined. A limit below what is there only stops what comes.
     * @param by the user of the operating system who sets them, for the audit
     */
    async setLimits(
      limits: { documents?: OwnLimit | undefined; bytes?: OwnLimit | undefined },
      by: { tenantId: string; osUser: string }
    ): Promise<void> {
      const { documents, bytes } = limits
      await setLimits(
        ...[documents !== undefined, stored(documents), bytes !== undefined, stored(bytes)],
        ...[by.tenantId, by.osUser]
      )
    }
  }
}

/** SQL of a limit as `OwnLimit` has it. */
const shown = (column: string) =>
  `case ${column} when ${NO_LIMIT} then '"none"'::jsonb else coalesce(to_jsonb(${column}), '"default"'::jsonb) end`

function effective(own: number | null, standard: number | null): number | null {
  if (own === NO_LIMIT) return null
  return own ?? standard
}

function stored(limit: OwnLimit | undefined): number | null {
  if (limit === 'none') return NO_LIMIT
  return typeof limit === 'number' ? limit : null
}
