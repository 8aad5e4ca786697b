import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  char,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgSchema,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
  varchar
} from 'drizzle-orm/pg-core'
import type { Metadata, OwnData } from '../../core/own-data.js'
import { entity, moment, revision } from '../columns.js'
import { idempotencyColumns } from '../idempotency-table.js'
import {
  eventColumns,
  eventCursorColumns,
  eventStateColumns,
  refusedEventColumns
} from '../event-log-tables.js'
import { outboxColumns } from '../outbox-table.js'

/** Whether the storage holds what was uploaded: the same bytes, others, or nothing. */
export type Verification = 'intact' | 'damaged' | 'missing'

/** How an upload in pieces arrives: through the API, or directly in the storage. */
export type SessionKind = 'tus' | 'direct'

/** What an upload in pieces is doing. */
export type SessionState = 'open' | 'finishing' | 'done' | 'failed'

/** How far an export has come. */
export type ExportState = 'waiting' | 'ready' | 'failed'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

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
      revision: revision(),
      /** Who reads the object to verify it, and until when nobody else does. */
      lease_owner: uuid(),
      lease_until: moment()
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
      on_behalf_of: varchar({ length: 255 }),
      /** What a calling product calls it; collation C. Refused while `documents_external_id` is not built. */
      external_id: varchar({ length: 255 }),
      metadata: jsonb().$type<Metadata>().notNull().default({}),
      /** A sorted set; collation C. */
      tags: text().array().notNull().default([]),
      /** An absolute path that ends in a slash; collation C. */
      folder: text().notNull().default('/')
    },
    (document) => [
      check('documents_filename', sql`${document.filename} <> ''`),
      check('documents_external_id', sql`${document.external_id} <> ''`),
      check(
        'documents_metadata',
        sql`${document.metadata} = '{}' or jsonb_typeof(${document.metadata}) = 'object'
          and octet_length(${document.metadata}::text) <= 16384
          and jsonb_array_length(jsonb_path_query_array(${document.metadata}, '$.keyvalue()')) <= 64`
      ),
      check('documents_tags', sql`cardinality(${document.tags}) <= 50`),
      // A longer one would not fit into an index.
      check(
        'documents_folder',
        sql`${document.folder} like '/%' and ${document.folder} like '%/' and octet_length(${document.folder}) <= 1024`
      ),
      // First, so that it is built first: until then, documents cannot have external ids.
      uniqueIndex('documents_external_id')
        .on(document.external_id)
        .where(sql`${document.external_id} is not null`),
      // '/a/' <= folder < '/a0' are the folder and all below it, since '0' follows '/'.
      index('documents_folder').on(document.folder, document.created_at, document.id),
      // One index for both: PostgreSQL is ten times slower in combining two. Without fastupdate, since lists would read
      // everything that was inserted since the last vacuum.
      index('documents_own_data')
        .using('gin', document.tags, document.metadata.op('jsonb_path_ops'))
        .with({ fastupdate: false }),
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
      index('documents_filename_trigram')
        .using('gin', sql`${document.filename} public.gin_trgm_ops`)
        .with({ fastupdate: false })
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

  const events = table('events', eventColumns())
  const eventState = table('event_state', eventStateColumns(), (row) => [
    check('event_state_one_row', sql`${row.id}`)
  ])
  const eventCursors = table('event_cursors', eventCursorColumns())
  const refusedEvents = table('events_refused', refusedEventColumns(), (row) => [
    primaryKey({ columns: [row.position, row.consumer] })
  ])

  /**
   * What became of an event for a webhook's endpoint, which is a row of the main database: written when an attempt has
   * ended. Kept for EVENT_RETENTION.
   */
  const webhookDeliveries = table(
    'webhook_deliveries',
    {
      endpoint_id: uuid().notNull(),
      /** Of the event in the log. */
      position: bigint({ mode: 'number' }).notNull(),
      event_id: uuid().notNull(),
      state: varchar({ length: 10 }).$type<'waiting' | 'delivered' | 'failed'>().notNull(),
      attempts: integer().notNull().default(0),
      /** When it is tried again; null: it is not. */
      due_at: moment(),
      /** HTTP status of the last answer; null: none came. */
      status: integer(),
      /** Why the last attempt failed. */
      error: varchar({ length: 500 }),
      /** Milliseconds of the last attempt. */
      duration_ms: integer(),
      /** The beginning of the last answer. */
      response: varchar({ length: 1024 }),
      updated_at: moment()
        .notNull()
        .default(sql`now()`)
    },
    (delivery) => [
      primaryKey({ columns: [delivery.endpoint_id, delivery.position] }),
      check('webhook_deliveries_state', sql`${delivery.state} in ('waiting', 'delivered', 'failed')`),
      index('webhook_deliveries_due')
        .on(delivery.endpoint_id, delivery.due_at)
        .where(sql`${delivery.due_at} is not null`),
      index('webhook_deliveries_event').on(delivery.endpoint_id, delivery.event_id),
      index('webhook_deliveries_updated').on(delivery.updated_at)
    ]
  )

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

  /**
   * Uploads that arrive in pieces, over hours and processes. The row in `pending_objects` is what keeps such an upload
   * alive: its deadline is the session's expiry. Locked after that row, and before files.
   */
  const uploadSessions = table(
    'upload_sessions',
    {
      id: uuid().primaryKey(),
      user_id: uuid().notNull(),
      /** Where the creation came from, for the events of its document. */
      ip: varchar({ length: 45 }).notNull(),
      on_behalf_of: varchar({ length: 255 }),
      kind: varchar({ length: 10 }).$type<SessionKind>().notNull(),
      s3_path: varchar({ length: 500 }).notNull().unique(),
      filename: varchar({ length: 255 }).notNull(),
      mime_type: varchar({ length: 100 }),
      charset: varchar({ length: 20 }),
      /** Upload-Metadata as the client sent it, which is sent back. */
      metadata: text(),
      /** What its document will have; null: nothing was said. */
      own_data: jsonb().$type<OwnData>(),
      /** Digests that the client declared of the whole content. */
      md5: char({ length: 32 }),
      sha256: char({ length: 64 }),
      /** Bytes; null while the client has not declared it. */
      upload_length: bigint({ mode: 'number' }),
      /** The bytes that survive any crash. */
      upload_offset: bigint({ mode: 'number' }).notNull().default(0),
      /** Bytes of each part but the last, where the storage takes parts. */
      part_size: bigint({ mode: 'number' }).notNull(),
      multipart_id: text(),
      /** Counts the writers; only the newest may save. */
      epoch: integer().notNull().default(0),
      /** The request that writes; null once it has closed its file. */
      writer: uuid(),
      /** A writer was replaced before it had ended, so it may still write to what it has open. */
      unclean: boolean().notNull().default(false),
      state: varchar({ length: 10 }).$type<SessionState>().notNull().default('open'),
      /** The error code of a failed upload. */
      error: varchar({ length: 50 }),
      /** Not a foreign key: the document may be deleted. */
      document_id: uuid(),
      /** Who makes the document of the bytes, and until when nobody else does. */
      lease_owner: uuid(),
      lease_until: moment(),
      created_at: moment()
        .notNull()
        .default(sql`now()`),
      finished_at: moment()
    },
    (session) => [
      check('upload_sessions_kind', sql`${session.kind} in ('tus', 'direct')`),
      check('upload_sessions_state', sql`${session.state} in ('open', 'finishing', 'done', 'failed')`),
      check('upload_sessions_offset', sql`${session.upload_offset} between 0 and ${session.upload_length}`),
      index('upload_sessions_user').on(session.user_id, session.created_at),
      index('upload_sessions_state').on(session.state, session.created_at)
    ]
  )

  /** Bytes that are less than a part, from `at` on, where the storage takes only parts. */
  const uploadTails = table(
    'upload_tails',
    {
      session_id: uuid()
        .notNull()
        .references(() => uploadSessions.id, { onDelete: 'cascade' }),
      at: bigint({ mode: 'number' }).notNull(),
      bytes: bytea().notNull()
    },
    (tail) => [primaryKey({ columns: [tail.session_id, tail.at] })]
  )

  /** While a row is not past its time, no object that a file had is removed, and the place is not dropped or moved. */
  const holds = table('holds', {
    id: uuid().primaryKey(),
    /** What it is for, such as `export`. */
    why: varchar({ length: 50 }).notNull(),
    until: moment().notNull()
  })

  /**
   * Exports that admins asked for. The row in `pending_objects` is what removes the archive when its time is over: its
   * deadline is then `expires_at`.
   */
  const exports = table(
    'exports',
    {
      id: uuid().primaryKey(),
      user_id: uuid().notNull(),
      state: varchar({ length: 10 }).$type<ExportState>().notNull().default('waiting'),
      /** How often a worker has begun to make it. */
      attempts: integer().notNull().default(0),
      /** Of the archive, a new one for each attempt. */
      s3_path: varchar({ length: 500 }),
      /** Of the archive. */
      file_size: bigint({ mode: 'number' }),
      sha256: char({ length: 64 }),
      documents: bigint({ mode: 'number' }),
      files: bigint({ mode: 'number' }),
      /** Files whose object was missing or damaged. */
      lost: bigint({ mode: 'number' }),
      created_at: moment()
        .notNull()
        .default(sql`now()`),
      finished_at: moment(),
      expires_at: moment(),
      /** Who makes it, and until when nobody else does. */
      lease_owner: uuid(),
      lease_until: moment()
    },
    (row) => [
      check('exports_state', sql`${row.state} in ('waiting', 'ready', 'failed')`),
      index('exports_created').on(row.created_at, row.id)
    ]
  )

  return {
    ...{ files, documents, pendingObjects, outbox, idempotencyKeys, usage, usageChanges },
    ...{ uploadSessions, uploadTails, webhookDeliveries, holds, exports },
    ...{ events, eventState, eventCursors, refusedEvents }
  }
}

export type TenantTables = ReturnType<typeof createTenantTables>

/** What drizzle-kit generates migrations from. */
export const {
  files,
  documents,
  pendingObjects,
  outbox,
  idempotencyKeys,
  usage,
  usageChanges,
  uploadSessions,
  uploadTails,
  webhookDeliveries,
  holds,
  exports,
  events,
  eventState,
  eventCursors,
  refusedEvents
} = createTenantTables()
