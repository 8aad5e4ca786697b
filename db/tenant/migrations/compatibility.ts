/**
 * For each migration, the oldest code that can work with a tenant's database after it, named by the newest migration
 * that this code knows. A migration that only adds things which older code can ignore allows any code, which is
 * '0000_initial'. A migration that removes something or changes its meaning names the first code that no longer needs
 * it. See "Migrations and rolling deployments" in docs/ARCHITECTURE.md. A test fails for a migration without a line
 * here, which would allow no older code at all.
 */
export const OLDEST_CODE: Readonly<Record<string, string>> = {
  '0000_initial': '0000_initial',
  '0001_trigrams': '0000_initial',
  '0002_usage_and_idempotency': '0000_initial',
  '0003_count_usage': '0000_initial',
  '0004_keys_in_byte_order': '0000_initial',
  '0005_unverified_files': '0000_initial',
  '0006_fold_in_passing': '0000_initial',
  // Drops an index that made a filter of older code faster.
  '0007_declared_charsets': '0000_initial',
  '0008_revisions': '0000_initial',
  '0009_on_behalf_of': '0000_initial',
  '0010_upload_sessions': '0000_initial',
  '0011_event_log': '0000_initial',
  '0012_direct_uploads': '0000_initial',
  '0013_own_data': '0000_initial',
  // Older code may remove objects while they are exported; the export notices that and is repeated.
  '0014_holds': '0000_initial'
}
