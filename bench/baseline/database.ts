import { randomUUID } from 'node:crypto'
import postgres from 'postgres'

/** A bare connection pool: postgres.js with prepared statements, and nothing else. */
export const connect = (url: string) => postgres(url, { max: 10, onnotice: () => undefined })

/** The same rows in plain tables: no triggers, no usage, no outbox. */
export async function createTables(sql: postgres.Sql): Promise<void> {
  await sql`create table users (
    id uuid primary key, email varchar(255) not null unique, first_name varchar(100) not null,
    last_name varchar(100) not null, is_active boolean not null default true,
    created_at timestamptz(3) not null default now(), updated_at timestamptz(3) not null default now())`
  await sql`create table files (
    id uuid primary key, md5_hash char(32) not null, sha256 char(64) not null, file_size bigint not null,
    s3_path varchar(500) not null unique, verified_at timestamptz(3), verification varchar(10),
    detected_type varchar(100), revision int not null default 1, created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now())`
  await sql`create table documents (
    id uuid primary key, filename varchar(255) not null, mime_type varchar(100) not null,
    file_id uuid not null references files, user_id uuid not null, on_behalf_of varchar(255),
    external_id varchar(255), folder varchar(1024) not null default '/', tags text[] not null default '{}',
    metadata jsonb not null default '{}', revision int not null default 1,
    created_at timestamptz(3) not null default now(), updated_at timestamptz(3) not null default now())`
  await sql`create index on documents (created_at, id)`
  await sql`create table events (
    sequence bigint generated always as identity primary key, id uuid not null default gen_random_uuid(),
    event_type varchar(100) not null, data jsonb not null, created_at timestamptz(3) not null default now())`
}

/** Adds a user, and as many documents of one file. @returns the ids to request */
export async function fillTables(
  sql: postgres.Sql,
  documents: number
): Promise<{ userId: string; documentId: string }> {
  const [userId, fileId, documentId] = [randomUUID(), randomUUID(), randomUUID()]
  await sql`insert into users (id, email, first_name, last_name)
    values (${userId}, ${`${userId}@example.com`}, 'Ada', 'Bench')`
  await sql`insert into files (id, md5_hash, sha256, file_size, s3_path)
    values (${fileId}, ${'0'.repeat(32)}, ${'0'.repeat(64)}, 10240, ${`tenants/${userId}/files/2026/01/${fileId}`})`
  await sql`insert into documents (id, filename, mime_type, file_id, user_id)
    values (${documentId}, 'quarterly report.pdf', 'application/pdf', ${fileId}, ${userId})`
  await sql`insert into documents (id, filename, mime_type, file_id, user_id, created_at)
    select gen_random_uuid(), md5(n::text) || '.pdf', 'application/pdf', ${fileId}, ${userId},
      now() - make_interval(secs => n)
    from generate_series(2, ${documents}) n`
  await sql`vacuum analyze documents`
  return { userId, documentId }
}
