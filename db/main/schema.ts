import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  char,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  uuid,
  varchar,
  type AnyPgColumn
} from 'drizzle-orm/pg-core'
import { bytes, entity, moment, revision } from '../columns.js'
import type { Scope } from '../../core/scopes.js'
import { idempotencyColumns } from '../idempotency-table.js'
import {
  eventColumns,
  eventCursorColumns,
  eventStateColumns,
  refusedEventColumns
} from '../event-log-tables.js'
import { outboxColumns } from '../outbox-table.js'

export type MailKind = 'invitation' | 'address' | 'password' | 'webhook' | 'export'

export const users = pgTable(
  'users',
  {
    ...entity(),
    /** In lower case and composed (NFC), so that uniqueness ignores case and composition; null for a service. */
    email: varchar({ length: 255 }).unique(),
    password_hash: varchar({ length: 255 }),
    /** A service's whole name is stored here; its `last_name` is empty. */
    first_name: varchar({ length: 100 }).notNull(),
    last_name: varchar({ length: 100 }).notNull(),
    is_active: boolean().notNull().default(true),
    /**
     * When the owner proved that the address is theirs, or an operator vouched for it; null if neither has happened.
     */
    email_verified_at: moment(),
    /** Needed where TENANT_CREATION is `permitted`; operators grant it. */
    may_create_tenants: boolean().notNull().default(false),
    /** A person logs in; a service has keys. */
    kind: varchar({ length: 10 }).$type<'person' | 'service'>().notNull().default('person'),
    /** The tenant whose admins manage this service; null for a person or a service of the installation. */
    owner_tenant_id: uuid().references((): AnyPgColumn => tenants.id, { onDelete: 'cascade' }),
    /** Whether this person may use the operators' routes. */
    operator: boolean().notNull().default(false)
  },
  (table) => [
    check(
      'users_kind',
      sql`case ${table.kind}
        when 'person' then ${table.email} is not null and ${table.owner_tenant_id} is null
        when 'service' then ${table.email} is null and ${table.password_hash} is null and not ${table.operator}
        else false end`
    ),
    index('users_owner_tenant')
      .on(table.owner_tenant_id)
      .where(sql`${table.owner_tenant_id} is not null`),
    // Addresses written by earlier versions may be decomposed.
    index('users_email_composed').on(sql`normalize(${table.email}, NFC)`),
    // Bcrypt hashes written by earlier versions, by their cost; see `UserRepository.findBcryptCost`.
    index('users_bcrypt_cost')
      .on(sql`substr(${table.password_hash}, 5, 2)`)
      .where(sql`${table.password_hash} like '$2%'`)
  ]
)

/** Maximum length of a server's name. */
const SERVER_NAME = 32

/** The PostgreSQL servers that keep tenants. How to reach them is in TENANT_SERVERS, not here. */
export const servers = pgTable(
  'servers',
  {
    /** `main` is the server of the main database. */
    name: varchar({ length: SERVER_NAME }).primaryKey(),
    /** How its tenants are kept apart; fixed, except that `main`'s can change while the installation has no tenants. */
    strategy: varchar({ length: 20 }).$type<'database' | 'schema'>().notNull(),
    /** New tenants go only to open servers. A draining server is being emptied. */
    state: varchar({ length: 20 }).$type<'open' | 'draining' | 'closed'>().notNull().default('open'),
    /** Maximum number of tenants; null for no limit. */
    max_tenants: integer(),
    created_at: moment()
      .notNull()
      .default(sql`now()`)
  },
  (table) => [
    check('servers_strategy', sql`${table.strategy} in ('database', 'schema')`),
    check('servers_state', sql`${table.state} in ('open', 'draining', 'closed')`),
    check('servers_max_tenants', sql`${table.max_tenants} >= 0`)
  ]
)

/** The name of the server of the main database. */
export const MAIN_SERVER = 'main'

const serverName = () => varchar({ length: SERVER_NAME })

export const tenants = pgTable(
  'tenants',
  {
    ...entity(),
    name: varchar({ length: 255 }).notNull(),
    /** The name of its place, a database or a schema on its server. */
    database_name: varchar({ length: 63 }).notNull().unique(),
    server: serverName()
      .notNull()
      .default(MAIN_SERVER)
      .references(() => servers.name),
    /** Counts the tenant's places: each move increments it, and it is part of the new place's name. */
    generation: integer().notNull().default(1),
    is_active: boolean().notNull().default(true),
    status: varchar({ length: 20 }).$type<'provisioning' | 'active' | 'failed' | 'purging'>().notNull(),
    /** Set by a deletion and cleared by a reactivation; a tenant can also be inactive without being deleted. */
    deleted_at: moment(),
    revision: revision()
  },
  (table) => [
    check('tenants_status', sql`${table.status} in ('provisioning', 'active', 'failed', 'purging')`),
    index('tenants_unfinished')
      .on(table.created_at)
      .where(sql`${table.status} <> 'active'`)
  ]
)

/**
 * How far each tenant was migrated, for operators; the tenant's own tables are authoritative. Without a row, the tenant
 * has been neither migrated nor inspected since it was created.
 */
export const tenantMigrations = pgTable('tenant_migrations', {
  tenant_id: uuid()
    .primaryKey()
    .references(() => tenants.id, { onDelete: 'cascade' }),
  /** The last known newest migration of the tenant (its time in milliseconds). */
  version: bigint({ mode: 'number' }),
  /** Why the last attempt failed; null if it succeeded. */
  error: varchar({ length: 1000 }),
  attempted_at: moment()
    .notNull()
    .default(sql`now()`),
  /**
   * The `indexesVersion` whose indexes were all found built, and the constraints validated; null if not inspected yet.
   */
  indexes: varchar({ length: 12 })
})

export const userTenantAssociations = pgTable(
  'user_tenant_associations',
  {
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tenant_id: uuid()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    role: varchar({ length: 50 }).$type<'admin' | 'user' | 'viewer'>().notNull(),
    joined_at: moment()
      .notNull()
      .default(sql`now()`)
  },
  (table) => [
    primaryKey({ columns: [table.user_id, table.tenant_id] }),
    index('user_tenant_associations_tenant').on(table.tenant_id),
    check('user_tenant_associations_role', sql`${table.role} in ('admin', 'user', 'viewer')`)
  ]
)

/**
 * One log-in and all refresh tokens that descend from it. The tokens are derived from the row (id and generation), so
 * none is stored, and a repeated refresh returns the same successor.
 */
export const tokenFamilies = pgTable(
  'token_families',
  {
    id: uuid().primaryKey(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    generation: integer().notNull().default(0),
    rotated_at: moment(),
    created_at: moment()
      .notNull()
      .default(sql`now()`),
    expires_at: moment().notNull(),
    revoked_at: moment(),
    /** For the owner to recognise the session: the User-Agent of the log-in, and the last address. */
    user_agent: varchar({ length: 255 }),
    ip_address: varchar({ length: 45 }),
    /** Accurate to about a minute, since requests only note it in memory. */
    last_used_at: moment()
      .notNull()
      .default(sql`now()`)
  },
  (table) => [
    index('token_families_user').on(table.user_id),
    // Ended sessions stay for days; a log-in looks only at open ones.
    index('token_families_open')
      .on(table.user_id, table.created_at)
      .where(sql`${table.revoked_at} is null`),
    index('token_families_expiry').on(table.expires_at)
  ]
)

/**
 * Keys of service accounts. The key itself is not stored. Revoked and expired rows stay for a while, so that admins can
 * see them.
 */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: char({ length: 22 }).primaryKey(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: varchar({ length: 100 }).notNull(),
    /** SHA-256 of the whole key. */
    hash: bytes().notNull().unique(),
    /** What the key may be used for, within the role of its service account. */
    scopes: jsonb().$type<Scope[]>().notNull(),
    /** The networks that it may be used from, as CIDR; null for any. */
    networks: jsonb().$type<string[]>(),
    expires_at: moment(),
    created_at: moment()
      .notNull()
      .default(sql`now()`),
    /** The person who created it; null for an operator. */
    created_by: uuid(),
    /** Accurate to about a minute, since requests only note it in memory. */
    last_used_at: moment(),
    last_ip: varchar({ length: 45 }),
    revoked_at: moment()
  },
  (table) => [
    index('api_keys_user').on(table.user_id),
    check('api_keys_scopes', sql`jsonb_typeof(${table.scopes}) = 'array'`),
    check('api_keys_networks', sql`jsonb_typeof(${table.networks}) = 'array'`)
  ]
)

/** Failed password attempts, counted across all processes. */
export const passwordFailures = pgTable(
  'password_failures',
  {
    /**
     * A hash of what was guessed at and by whom, such as an account (existing or not) and a network. The subjects of
     * one account share a prefix (`src/services/auth/guess-subjects.ts`).
     */
    subject: varchar({ length: 64 }).primaryKey(),
    failures: integer().notNull(),
    /** When the first of them happened; the window of an hour or a day begins there. */
    since: moment()
      .notNull()
      .default(sql`now()`)
  },
  (table) => [index('password_failures_since').on(table.since)]
)

/**
 * Invitations of an address to join a tenant or, without a tenant, to create an account. The membership begins only
 * when the holder of the link accepts. Links are derived from the id, so none is stored.
 */
export const invitations = pgTable(
  'invitations',
  {
    id: uuid().primaryKey(),
    tenant_id: uuid().references(() => tenants.id, { onDelete: 'cascade' }),
    email: varchar({ length: 255 }).notNull(),
    role: varchar({ length: 50 }).$type<'admin' | 'user' | 'viewer'>(),
    may_create_tenants: boolean().notNull().default(false),
    /** null for an operator. */
    invited_by: uuid(),
    created_at: moment()
      .notNull()
      .default(sql`now()`),
    /** Withdrawing an invitation sets this to the current time. */
    expires_at: moment().notNull(),
    accepted_at: moment()
  },
  (table) => [
    check('invitations_role', sql`${table.role} in ('admin', 'user', 'viewer')`),
    check('invitations_role_in_tenant', sql`(${table.role} is null) = (${table.tenant_id} is null)`),
    index('invitations_tenant').on(table.tenant_id, table.created_at, table.id),
    index('invitations_expiry').on(table.expires_at)
  ]
)

/**
 * Mails to send, queued by the transaction that makes them necessary. The text, with its link, is rendered on sending.
 * A waiting mail has `due_at`, a sent one `sent_at`, and one that failed permanently has neither.
 */
export const mails = pgTable(
  'mails',
  {
    id: uuid().primaryKey(),
    recipient: varchar({ length: 255 }).notNull(),
    kind: varchar({ length: 20 }).$type<MailKind>().notNull(),
    /** The id of the invitation, account, webhook endpoint or tenant that the mail is about. */
    subject_id: uuid().notNull(),
    attempts: integer().notNull().default(0),
    created_at: moment()
      .notNull()
      .default(sql`now()`),
    due_at: moment(),
    sent_at: moment(),
    /** Why the last attempt failed. */
    error: varchar({ length: 500 })
  },
  (table) => [
    check('mails_kind', sql`${table.kind} in ('invitation', 'address', 'password', 'webhook', 'export')`),
    index('mails_due')
      .on(table.due_at)
      .where(sql`${table.due_at} is not null`),
    index('mails_recipient').on(table.recipient),
    index('mails_created').on(table.created_at)
  ]
)

/**
 * Audit entries, which the worker writes from `audit.log` events. No foreign keys to users or tenants, so that entries
 * outlive both.
 */
export const auditLog = pgTable(
  'audit_log',
  {
    event_id: uuid().primaryKey(),
    tenant_id: uuid(),
    user_id: uuid(),
    action: varchar({ length: 100 }).notNull(),
    target: jsonb().$type<{ type: string; id: string }>().notNull(),
    details: jsonb().$type<Record<string, unknown>>().notNull(),
    ip: varchar({ length: 45 }),
    /** The user of a calling product on whose behalf a service acted, as the service names them. */
    on_behalf_of: varchar({ length: 255 }),
    timestamp: moment().notNull(),
    /** For frequent actions, the count of each process; null for a single action. `details.count` is the sum. */
    counts: jsonb().$type<Record<string, number>>()
  },
  (table) => [
    index('audit_log_timestamp').on(table.timestamp),
    index('audit_log_tenant').on(table.tenant_id, table.timestamp, table.event_id),
    index('audit_log_action').on(table.tenant_id, table.action, table.timestamp, table.event_id),
    index('audit_log_on_behalf_of')
      .on(table.tenant_id, table.on_behalf_of, table.timestamp, table.event_id)
      .where(sql`${table.on_behalf_of} is not null`),
    index('audit_log_user')
      .on(table.user_id, table.timestamp, table.event_id)
      .where(sql`${table.tenant_id} is null`),
    index('audit_log_person').on(table.user_id, table.timestamp, table.event_id)
  ]
)

/**
 * The ids of erased accounts, so that events still on their way to the audit log are stored without addresses and
 * names.
 */
export const erasedUsers = pgTable('erased_users', {
  user_id: uuid().primaryKey(),
  erased_at: moment()
    .notNull()
    .default(sql`now()`)
})

/** Events about users and tenants; those about documents are in the tenants' own databases. */
export const outbox = pgTable('outbox', outboxColumns(), (table) => [
  index('outbox_unpublished')
    .on(table.sequence)
    .where(sql`${table.published_at} is null`)
])

/** The log of these events; `db/event-log-tables.ts` describes it. */
export const events = pgTable('events', eventColumns())
export const eventState = pgTable('event_state', eventStateColumns(), (row) => [
  check('event_state_one_row', sql`${row.id}`)
])
export const eventCursors = pgTable('event_cursors', eventCursorColumns())
export const refusedEvents = pgTable('events_refused', refusedEventColumns(), (row) => [
  primaryKey({ columns: [row.position, row.consumer] })
])

/**
 * Where a tenant wants its events sent, and the cursor of each webhook. In the main database, so that the worker finds
 * what is due without opening tenants.
 */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    id: uuid().primaryKey(),
    tenant_id: uuid()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    url: varchar({ length: 2048 }).notNull(),
    /** The types of events to send; null for all. */
    event_types: jsonb().$type<string[]>(),
    description: varchar({ length: 255 }),
    enabled: boolean().notNull().default(true),
    /** Why the worker disabled it; null if it did not. */
    disabled_reason: varchar({ length: 50 }),
    /** The signing secret, encrypted with SECRETS_KEY. */
    secret_sealed: bytes().notNull(),
    /** The previous secret, which also signs until `previous_until`. */
    previous_sealed: bytes(),
    previous_until: moment(),
    /** The last attempted position in the tenant's log. */
    cursor: bigint({ mode: 'number' }).notNull(),
    /** The epoch of that log. */
    cursor_epoch: uuid().notNull(),
    /** When the worker must look next; null if not before the next event. */
    due_at: moment(),
    /** Counts wake-ups, so that one during a turn is not lost. */
    wakes: bigint({ mode: 'number' }).notNull().default(0),
    leased_by: uuid(),
    leased_until: moment(),
    /** Consecutive failed attempts, and when the first of them happened. */
    failures: integer().notNull().default(0),
    failing_since: moment(),
    created_by: uuid(),
    created_at: moment()
      .notNull()
      .default(sql`now()`),
    updated_at: moment()
      .notNull()
      .default(sql`now()`)
  },
  (endpoint) => [
    check('webhook_endpoints_event_types', sql`jsonb_typeof(${endpoint.event_types}) = 'array'`),
    index('webhook_endpoints_tenant').on(endpoint.tenant_id, endpoint.created_at, endpoint.id),
    index('webhook_endpoints_due')
      .on(endpoint.due_at)
      .where(sql`${endpoint.due_at} is not null`)
  ]
)

/**
 * Outboxes that may hold events: marked before a tenant's first event commits, cleared when the relay has
 * found the outbox empty for long enough. Also the lease that lets one relay at a time work on an outbox.
 */
export const dirtyTenants = pgTable('dirty_tenants', {
  /** A tenant, or the nil UUID for the outbox of the main database. */
  tenant_id: uuid().primaryKey(),
  marked_at: moment()
    .notNull()
    .default(sql`now()`),
  leased_by: uuid(),
  leased_until: moment(),
  /** When a relay checks the outbox next, unless it is notified earlier. */
  look_at: moment()
    .notNull()
    .default(sql`now()`)
})

/**
 * When the sweeper visits each tenant. A mark of `dirty_tenants` makes a visit due; each visit schedules the next one.
 * A tenant without a row has not been marked since it was created.
 */
export const tenantVisits = pgTable(
  'tenant_visits',
  {
    tenant_id: uuid().primaryKey(),
    /** When the newest mark that made a visit due was set; the older it is, the rarer the visits. */
    changed_at: moment().notNull(),
    /** When the visit is due; while it is claimed, when another worker may repeat it. */
    due_at: moment().notNull(),
    /** The visit in progress; null if there is none, or if a mark was set during it. */
    claimed_by: uuid(),
    /** Unpublished events in the outbox and the log, as of the last visit. */
    waiting_events: bigint({ mode: 'number' }).notNull().default(0),
    oldest_event_at: moment(),
    /** Refused events, as of the last visit. */
    refused_events: bigint({ mode: 'number' }).notNull().default(0)
  },
  (visit) => [index('tenant_visits_due').on(visit.due_at)]
)

/**
 * Empty databases that are ready to become a tenant's. A row is inserted when its database is complete, and deleted by
 * the transaction that assigns the database to a tenant, so there is no other state.
 */
export const tenantSpares = pgTable('tenant_spares', {
  database_name: varchar({ length: 63 }).primaryKey(),
  server: serverName()
    .notNull()
    .default(MAIN_SERVER)
    .references(() => servers.name),
  /** The name of the template that it was cloned from, which contains the version. */
  template: varchar({ length: 63 }).notNull(),
  created_at: moment()
    .notNull()
    .default(sql`now()`)
})

/** Moves in progress, and old places that remain to be dropped. */
export const tenantMoves = pgTable(
  'tenant_moves',
  {
    tenant_id: uuid()
      .primaryKey()
      .references(() => tenants.id, { onDelete: 'restrict' }),
    from_server: serverName()
      .notNull()
      .references(() => servers.name),
    from_place: varchar({ length: 63 }).notNull(),
    to_server: serverName()
      .notNull()
      .references(() => servers.name),
    to_place: varchar({ length: 63 }).notNull(),
    /**
     * `copying`: the tenant is used in its old place. `closing`: for a moment, in neither. `switched`: in the new
     * place, and the old one is dropped after `drop_after`. `aborting`: in the old place, and the new one is being
     * dropped.
     */
    state: varchar({ length: 20 }).$type<'copying' | 'closing' | 'switched' | 'aborting'>().notNull(),
    /** The process that moves the tenant, while its lease lasts. */
    owner: uuid(),
    lease_until: moment(),
    drop_after: moment(),
    /** Why the last attempt failed. */
    error: varchar({ length: 1000 }),
    /**
     * Set for a restore, whose new place gets its documents from an archive: part of the keys of their objects, and
     * when the archive was made. null for a move, where all rows come from the old place.
     */
    restore_id: uuid(),
    restores_to: moment(),
    created_at: moment()
      .notNull()
      .default(sql`now()`)
  },
  (table) => [
    check('tenant_moves_state', sql`${table.state} in ('copying', 'closing', 'switched', 'aborting')`),
    check('tenant_moves_restore', sql`(${table.restore_id} is null) = (${table.restores_to} is null)`)
  ]
)

/** Settings of the whole installation: one row, written when the main database is prepared. */
export const installation = pgTable(
  'installation',
  {
    id: boolean().primaryKey().default(true),
    /** How tenants are kept apart; it cannot change while there are tenants. */
    tenancy_strategy: varchar({ length: 20 }).$type<'database' | 'schema'>().notNull(),
    /**
     * Since when the event logs are complete, so that they can be read. null while processes of an earlier version,
     * which publish events without logging them, may still be running.
     */
    events_logged_since: moment(),
    /** Identifies this installation; part of its names on servers that it may share with others. */
    uid: uuid()
      .notNull()
      .default(sql`gen_random_uuid()`)
  },
  (row) => [
    check('installation_one_row', sql`${row.id}`),
    check('installation_tenancy_strategy', sql`${row.tenancy_strategy} in ('database', 'schema')`)
  ]
)

/** Idempotency-Keys of requests that create tenants; those of uploads are in the tenants' own databases. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    ...idempotencyColumns(),
    /** The tenant that the request created; a retry after a crash continues with it. */
    tenant_id: uuid().notNull()
  },
  (row) => [
    primaryKey({ columns: [row.user_id, row.operation, row.key] }),
    index('idempotency_keys_expiry').on(row.expires_at),
    index('idempotency_keys_tenant').on(row.tenant_id)
  ]
)
