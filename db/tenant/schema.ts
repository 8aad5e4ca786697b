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

/** Whether the storage holds the uploaded bytes, different ones, or nothing. */
export type Verification = 'intact' | 'damaged' | 'missing'

/** How the bytes of an upload session arrive: through the API (tus), or directly in the storage. */
export type SessionKind = 'tus' | 'direct'

/** The state of an upload session. */
export type SessionState = 'open' | 'finishing' | 'done' | 'failed'

/** The stored state of an export. */
export type ExportState = 'waiting' | 'ready' | 'failed'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** The tables of one tenant: unqualified in the tenant's own database, qualified in a schema of a shared one. */
export function createTenantTables(schemaName?: string) {
  // Both functions create the same table; only the type of its schema name differs.
  const table = (schemaName === undefined ? pgTable : pgSchema(schemaName).table) as unknown as typeof pgTable

  /** Stored content; equal content of a tenant is one row. Rows change only when a file is verified or repaired. */
  const files = table(
    'files',
    {
      ...entity(),
      md5_hash: char({ length: 32 }).notNull(),
      sha256: char({ length: 64 }).notNull(),
      file_size: bigint({ mode: 'number' }).notNull(),
      /**
       * The key in the object storage; never reused. This column is authoritative, even where it differs from the
       * current rule for keys.
       */
      s3_path: varchar({ length: 500 }).notNull().unique(),
      /** When the worker last read the whole object, and the result. */
      verified_at: moment(),
      verification: varchar({ length: 10 }).$type<Verification>(),
      /** The type detected from the content, whatever the documents say; null if unknown. */
      detected_type: varchar({ length: 100 }),
      revision: revision(),
      /** The process that reads the object to verify it, and when its lease ends. */
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
      /** The charset of a text, as its uploader declared it; null if not declared. */
      charset: varchar({ length: 20 }),
      file_id: uuid()
        .notNull()
        .references(() => files.id, { onDelete: 'restrict' }),
      user_id: uuid().notNull(),
      revision: revision(),
      /** The user of a calling product on whose behalf a service uploaded it, as the service names them. */
      on_behalf_of: varchar({ length: 255 }),
      /** A calling product's id for it; collation C. Refused while `documents_external_id` is not built. */
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
      // A longer folder would not fit into an index.
      check(
        'documents_folder',
        sql`${document.folder} like '/%' and ${document.folder} like '%/' and octet_length(${document.folder}) <= 1024`
      ),
      // Declared first, so that it is built first: until then, documents cannot have external ids.
      uniqueIndex('documents_external_id')
        .on(document.external_id)
        .where(sql`${document.external_id} is not null`),
      // '/a/' <= folder < '/a0' matches the folder and all below it, since '0' follows '/'.
      index('documents_folder').on(document.folder, document.created_at, document.id),
      // One index for both, since PostgreSQL takes ten times as long to combine two. No fastupdate: lists would have to
      // read everything inserted since the last vacuum.
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
      // The extension belongs to the database, so its operator class is in `public`, whatever the table's schema.
      index('documents_filename_trigram')
        .using('gin', sql`${document.filename} public.gin_trgm_ops`)
        .with({ fastupdate: false })
    ]
  )

  /**
   * Every key that may exist in the storage without a file row, so that no object is ever left behind. Until its
   * deadline, a row in state `upload` belongs to the upload that wrote it; all other rows are the sweeper's.
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
   * The delivery of an event to a webhook's endpoint, which is a row of the main database. Written after each attempt;
   * kept for EVENT_RETENTION.
   */
  const webhookDeliveries = table(
    'webhook_deliveries',
    {
      endpoint_id: uuid().notNull(),
      /** The position of the event in the log. */
      position: bigint({ mode: 'number' }).notNull(),
      event_id: uuid().notNull(),
      state: varchar({ length: 10 }).$type<'waiting' | 'delivered' | 'failed'>().notNull(),
      attempts: integer().notNull().default(0),
      /** When the next attempt is due; null if there is none. */
      due_at: moment(),
      /** HTTP status of the last answer; null if there was none. */
      status: integer(),
      /** Why the last attempt failed. */
      error: varchar({ length: 500 }),
      /** Duration of the last attempt in milliseconds. */
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
      index('webhook_deliveries_failed')
        .on(delivery.endpoint_id, delivery.position)
        .where(sql`${delivery.state} = 'failed'`),
      index('webhook_deliveries_event').on(delivery.endpoint_id, delivery.event_id),
      index('webhook_deliveries_updated').on(delivery.updated_at)
    ]
  )

  const idempotencyKeys = table('idempotency_keys', idempotencyColumns(), (row) => [
    primaryKey({ columns: [row.user_id, row.operation, row.key] }),
    index('idempotency_keys_expiry').on(row.expires_at)
  ])

  /**
   * The tenant's usage, one row: `documents`, `files` and `bytes` as of the last fold; the rows of `usage_changes` are
   * added to them. A null limit means the limit of the settings, -1 none. Locking this row makes limits strict; it is
   * the last lock that a statement takes.
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

  /** Written by triggers on documents and files: inserted rows instead of updates, to avoid contention on one row. */
  const usageChanges = table('usage_changes', {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    documents: bigint({ mode: 'number' }).notNull(),
    files: bigint({ mode: 'number' }).notNull(),
    bytes: bigint({ mode: 'number' }).notNull()
  })

  /**
   * Resumable and direct uploads, which can take hours and involve several processes. The row in `pending_objects`
   * keeps a session alive: its deadline is the session's expiry. A session is locked after that row, and before files.
   */
  const uploadSessions = table(
    'upload_sessions',
    {
      id: uuid().primaryKey(),
      user_id: uuid().notNull(),
      /** The IP address of the request that created it, for the events of its document. */
      ip: varchar({ length: 45 }).notNull(),
      on_behalf_of: varchar({ length: 255 }),
      kind: varchar({ length: 10 }).$type<SessionKind>().notNull(),
      s3_path: varchar({ length: 500 }).notNull().unique(),
      filename: varchar({ length: 255 }).notNull(),
      mime_type: varchar({ length: 100 }),
      charset: varchar({ length: 20 }),
      /** Upload-Metadata as the client sent it, to be sent back. */
      metadata: text(),
      /** Own data for the document that the upload becomes; null if the client sent none. */
      own_data: jsonb().$type<OwnData>(),
      /** Digests of the whole content, as the client declared them. */
      md5: char({ length: 32 }),
      sha256: char({ length: 64 }),
      /** Length in bytes; null while the client has not declared it. */
      upload_length: bigint({ mode: 'number' }),
      /** The number of bytes stored so that they survive any crash. */
      upload_offset: bigint({ mode: 'number' }).notNull().default(0),
      /** Size in bytes of each part but the last, where the storage takes parts. */
      part_size: bigint({ mode: 'number' }).notNull(),
      multipart_id: text(),
      /** Counts the writers; only the newest one may save. */
      epoch: integer().notNull().default(0),
      /** The current writer; null once it has closed its file. */
      writer: uuid(),
      /** Whether a writer was replaced before it had finished, so that it may still write to its open file. */
      unclean: boolean().notNull().default(false),
      state: varchar({ length: 10 }).$type<SessionState>().notNull().default('open'),
      /** The error code of a failed upload. */
      error: varchar({ length: 50 }),
      /** Not a foreign key: the document may be deleted. */
      document_id: uuid(),
      /** The process that finishes the upload, and when its lease ends. */
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

  /** Bytes from the offset `at` on that do not fill a part yet, where the storage takes only parts. */
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

  /** Until a hold expires, no object of a file is removed, and the place is neither dropped nor moved. */
  const holds = table('holds', {
    id: uuid().primaryKey(),
    /** The reason, such as `export`. */
    why: varchar({ length: 50 }).notNull(),
    until: moment().notNull()
  })

  /**
   * Exports that admins have requested. The row in `pending_objects` makes the sweeper remove the archive when it
   * expires: its deadline is then `expires_at`.
   */
  const exports = table(
    'exports',
    {
      id: uuid().primaryKey(),
      user_id: uuid().notNull(),
      state: varchar({ length: 10 }).$type<ExportState>().notNull().default('waiting'),
      /** How many attempts workers have begun. */
      attempts: integer().notNull().default(0),
      /** The key of the archive; a new one for each attempt. */
      s3_path: varchar({ length: 500 }),
      /** Size of the archive in bytes. */
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
      /** The worker that makes it, and when its lease ends. */
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

/** The tables from which drizzle-kit generates migrations. */
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
