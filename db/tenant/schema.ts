import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  char,
  check,
  index,
  pgSchema,
  pgTable,
  primaryKey,
  unique,
  uuid,
  varchar
} from 'drizzle-orm/pg-core'
import { entity, moment, revision } from '../columns.js'
import { idempotencyColumns } from '../idempotency-table.js'
import { outboxColumns } from '../outbox-table.js'

/** Whether the storage holds what was uploaded: the same bytes, others, or nothing. */
export type Verification = 'intact' | 'damaged' | 'missing'

/** The tables of one tenant: unqualified in a database of its own, qualified in a schema of a shared one. */
export function createTenantTables(schemaName?: string) {
  // Both functions make the same table; only the type of its schema's name differs.
  const table = (schemaName === undefined ? pgTable : pgSchema(schemaName).table) as unknown as typeof pgTable

  /** Stored content. Rows never change but for what verifying found; equal content of one tenant is one row. */
  const files = table(
    'files',
    {
      ...entity(),
      md5_hash: char({ length: 32 }).notNull(),
      sha256: char({ length: 64 }).notNull(),
      file_size: bigint({ mode: 'number' }).notNull(),
      /** The key in the object storage; never reused, and the truth wherever it differs from a rule. */
      s3_path: varchar({ length: 500 }).notNull().unique(),
      /** When the worker last read the whole object, and what it found. */
      verified_at: moment(),
      verification: varchar({ length: 10 }).$type<Verification>(),
      /** What the content looks like, whatever the documents call it; null: nothing known. */
      detected_type: varchar({ length: 100 }),
      revision: revision()
    },
    (file) => [
      // MD5 alone would let a member plant a collision.
      unique('files_content').on(file.md5_hash, file.sha256, file.file_size),
      check('files_md5_hash', sql`${file.md5_hash} ~ '^[0-9a-f]{32}$'`),
      check('files_sha256', sql`${file.sha256} ~ '^[0-9a-f]{64}$'`),
      check('files_file_size', sql`${file.file_size} > 0`),
      check('files_verification', sql`${file.verification} in ('intact', 'damaged', 'missing')`),
      index('files_created').on(file.created_at, file.id),
      index('files_unverified')
        .on(file.created_at)
        .where(sql`${file.verified_at} is null`)
    ]
  )

  /** A name for a file. `user_id` refers to the main database, so no foreign key can hold it. */
  const documents = table(
    'documents',
    {
      ...entity(),
      filename: varchar({ length: 255 }).notNull(),
      mime_type: varchar({ length: 100 }).notNull(),
      /** Of a text, as its uploader declared it; null: not declared. */
      charset: varchar({ length: 20 }),
      file_id: uuid()
        .notNull()
        .references(() => files.id, { onDelete: 'restrict' }),
      user_id: uuid().notNull(),
      revision: revision(),
      /** The user of a calling product for whom a service uploaded it, as the service names them. */
      on_behalf_of: varchar({ length: 255 })
    },
    (document) => [
      check('documents_filename', sql`${document.filename} <> ''`),
      index('documents_file').on(document.file_id),
      index('documents_user_filename').on(document.user_id, document.filename),
      index('documents_filename').on(document.filename, document.id),
      index('documents_on_behalf_of')
        .on(document.on_behalf_of, document.created_at, document.id)
        .where(sql`${document.on_behalf_of} is not null`),
      index('documents_created').on(document.created_at, document.id),
      // Older rows may have types in upper case.
      index('documents_media_type').on(sql`lower(${document.mime_type})`, document.created_at, document.id),
      // The extension is the database's, so the operator class is in `public` whatever schema the table is in.
      index('documents_filename_trigram').using('gin', sql`${document.filename} public.gin_trgm_ops`)
    ]
  )

  /**
   * The promise that no object is ever orphaned: every key that storage may hold and no file row names.
   * `upload` until the deadline belongs to the upload that wrote it; everything else is the sweeper's.
   */
  const pendingObjects = table(
    'pending_objects',
    {
      s3_path: varchar({ length: 500 }).primaryKey(),
      state: varchar({ length: 10 }).$type<'upload' | 'delete'>().notNull(),
      /** When the sweeper may remove the object. */
      deadline: moment().notNull(),
      created_at: moment()
        .notNull()
        .default(sql`now()`)
    },
    (pending) => [
      check('pending_objects_state', sql`${pending.state} in ('upload', 'delete')`),
      index('pending_objects_deadline').on(pending.deadline)
    ]
  )

  const outbox = table('outbox', outboxColumns(), (event) => [
    index('outbox_unpublished')
      .on(event.sequence)
      .where(sql`${event.published_at} is null`)
  ])

  const idempotencyKeys = table('idempotency_keys', idempotencyColumns(), (row) => [
    primaryKey({ columns: [row.user_id, row.operation, row.key] }),
    index('idempotency_keys_expiry').on(row.expires_at)
  ])

  /**
   * What the tenant holds, one row: `documents`, `files` and `bytes` up to the last fold, to which the rows of
   * `usage_changes` add. Limits that are null are the settings'; -1 means none. The lock of this row is what
   * makes limits strict, and the last that a statement takes.
   */
  const usage = table(
    'usage',
    {
      id: boolean().primaryKey().default(true),
      documents: bigint({ mode: 'number' }).notNull().default(0),
      files: bigint({ mode: 'number' }).notNull().default(0),
      bytes: bigint({ mode: 'number' }).notNull().default(0),
      max_documents: bigint({ mode: 'number' }),
      max_bytes: bigint({ mode: 'number' })
    },
    (row) => [check('usage_one_row', sql`${row.id}`)]
  )

  /** Written by triggers on documents and files: rows instead of updates, so that no row is contended. */
  const usageChanges = table('usage_changes', {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    documents: bigint({ mode: 'number' }).notNull(),
    files: bigint({ mode: 'number' }).notNull(),
    bytes: bigint({ mode: 'number' }).notNull()
  })

  return { files, documents, pendingObjects, outbox, idempotencyKeys, usage, usageChanges }
}

export type TenantTables = ReturnType<typeof createTenantTables>

/** What drizzle-kit generates migrations from. */
export const { files, documents, pendingObjects, outbox, idempotencyKeys, usage, usageChanges } =
  createTenantTables()
