import type postgres from 'postgres'

/** Reverts a tenant's tables to 0010_upload_sessions, except for indexes. Idempotent. */
export async function takeBackRelease(db: postgres.Sql): Promise<void> {
  await db`drop table if exists holds, exports`
  await db`drop table if exists webhook_deliveries, events_refused, event_cursors, event_state, events`
  await db`drop trigger if exists documents_external_id_unique on documents`
  await db`drop function if exists require_unique_external_ids`
  // Depends on columns that are dropped below.
  await db`drop trigger if exists documents_revised on documents`
  await db`alter table documents drop column if exists external_id, drop column if exists metadata,
    drop column if exists tags, drop column if exists folder`
  await db`alter table if exists upload_sessions drop column if exists own_data`
  await db`alter table files drop column if exists lease_owner, drop column if exists lease_until`
}

/** Reverts a tenant's tables to 0006_fold_in_passing, except for indexes. Idempotent. */
export async function takeBackTables(db: postgres.Sql): Promise<void> {
  await takeBackRelease(db)
  await db`drop table if exists upload_tails, upload_sessions`
  await db`drop trigger if exists files_revised on files`
  await db`drop function if exists raise_revision`
  await db`alter table documents drop column if exists charset, drop column if exists revision,
    drop column if exists on_behalf_of`
  await db`alter table files drop column if exists revision`
}
