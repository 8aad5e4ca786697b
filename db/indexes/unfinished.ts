import type postgres from 'postgres'
import type { MigrationTarget } from '../migration-target.js'
import { desiredIndexes, type DesiredIndex } from './desired-indexes.js'

/** Something that migrations leave to be finished while the database is in use. */
export interface Unfinished {
  /** The name of the index or the constraint. */
  name: string
  table: string
  /**
   * `invalid`: a build of the index was aborted, so it cannot be used; `unvalidated`: the constraint holds for new
   * rows, but older ones were not checked.
   */
  state: 'missing' | 'invalid' | 'building' | 'unvalidated'
  /** If the index is being built: the current phase, and the percentage of it that is done. */
  progress?: { phase: string; percent: number }
}

/** Desired indexes that are missing or invalid, in the order in which to build them. */
export async function unfinishedIndexes(
  sql: postgres.Sql | postgres.TransactionSql,
  target: MigrationTarget,
  schema: string
): Promise<(Unfinished & { index: DesiredIndex })[]> {
  const rows = await sql<{ name: string; valid: boolean; phase: string | null; percent: number }[]>`
    select relname as name, indisvalid as valid, phase,
      coalesce(case when blocks_total > 0 then 100 * blocks_done / blocks_total
        when tuples_total > 0 then 100 * tuples_done / tuples_total end, 0)::int as percent
    from pg_index join pg_class on pg_class.oid = indexrelid
      left join pg_stat_progress_create_index progress
        on progress.datname = current_database() and index_relid = indexrelid
    where relnamespace = to_regnamespace(quote_ident(${schema}))`
  return desiredIndexes(target).flatMap((index): (Unfinished & { index: DesiredIndex })[] => {
    const { name, table } = index
    const found = rows.find((row) => row.name === name)
    if (found?.valid === true) return []
    if (found === undefined) return [{ index, name, table, state: 'missing' }]
    const { phase, percent } = found
    if (phase === null) return [{ index, name, table, state: 'invalid' }]
    return [{ index, name, table, state: 'building', progress: { phase, percent } }]
  })
}

/** Constraints that were added `NOT VALID`: new rows must satisfy them, older ones are not checked yet. */
export async function unvalidatedConstraints(
  sql: postgres.Sql | postgres.TransactionSql,
  schema: string
): Promise<Unfinished[]> {
  return sql<Unfinished[]>`
    select conname as name, relname as table, 'unvalidated' as state
    from pg_constraint join pg_class on pg_class.oid = conrelid
    where connamespace = to_regnamespace(quote_ident(${schema})) and not convalidated and contype in ('c', 'f')
    order by conname`
}
