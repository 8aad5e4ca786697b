import type postgres from 'postgres'
import type { Actor } from '../actor.js'
import { statement, withTransaction } from '../client.js'
import { insertAuditEvent } from '../audit-event.js'
import { listStatement, readList, type PageStart } from '../list-statement.js'
import {
  documentColumns,
  FILE_COLUMNS,
  fileColumns,
  type Document,
  type File,
  type Verification
} from './rows.js'
import type { TenantTableNames } from './table-names.js'
import { usageCount } from './usage-repository.js'

/** 'deleted' comes with the key of the object, which is now in pending_objects. */
export type FileDeletion =
  { outcome: 'deleted'; s3Path: string } | { outcome: 'in use' } | { outcome: 'missing' }

/** What a row says of the object that the storage should hold. */
export type StoredFile = Pick<File, 'id' | 's3_path' | 'file_size'>

export type FileRepository = ReturnType<typeof createFileRepository>

export function createFileRepository(sql: postgres.Sql, names: TenantTableNames) {
  const { files, documents, pendingObjects, outbox } = names
  const usageOf = usageCount(names)
  const findById = statement<File>(sql, `select ${fileColumns('files')} from ${files} files where id = $1`)
  const listDocuments = statement<Document>(
    sql,
    `select ${documentColumns('documents')} from ${documents} documents
     where file_id = $1 order by created_at desc, id desc limit $2`
  )
  const without = `not exists (select from ${documents} documents where documents.file_id = files.id)`
  const listKeysAfter = statement<StoredFile>(
    sql,
    `select s3_path, id, file_size from ${files} where s3_path > $1 order by s3_path limit $2`
  )
  const findByKey = statement<StoredFile>(
    sql,
    `select s3_path, id, file_size from ${files} where s3_path = $1`
  )
  const listOrphans = statement<{ id: string }>(
    sql,
    `select id from ${files} files where ${without} and created_at < now() - make_interval(secs => $1) limit $2`
  )

  const listUnverified = statement<{ id: string }>(
    sql,
    `select id from ${files} where verified_at is null and created_at < now() - make_interval(secs => $1)
     order by created_at limit $2`
  )

  const target = { targetType: `'file'`, targetId: 'id' }
  const deleted = insertAuditEvent(
    'gone',
    {
      ...target,
      action: `'file.deleted'`,
      tenantId: '$2',
      userId: '$3',
      details: `jsonb_build_object('s3_path', s3_path, 'file_size', file_size)`,
      ip: '$4'
    },
    outbox
  )
  const damaged = insertAuditEvent(
    `file where verification <> 'intact'`,
    {
      ...target,
      action: `'file.damaged'`,
      tenantId: '$4',
      userId: 'null',
      details: `jsonb_build_object('verification', verification, 's3_path', s3_path)`,
      ip: 'null'
    },
    outbox
  )
  const recordVerification = statement(
    sql,
    `with file as (
       update ${files} set verified_at = now(), updated_at = now(), verification = $2, detected_type = $3
       where id = $1 returning id, verification, s3_path
     ), audit as (${damaged})
     select id from file`
  )

  return {
    async findById(id: string): Promise<File | null> {
      const [row] = await findById(id)
      return row ?? null
    },
    /** The newest documents that refer to a file. */
    async listDocuments(fileId: string, limit: number): Promise<Document[]> {
      return listDocuments(fileId, limit)
    },
    /**
     * A page of the files, newest first, and how many there are; of those without documents at most
     * `COUNT_CAP` + 1 are counted.
     */
    async list(page: {
      orphaned: boolean
      limit: number
      start: PageStart
    }): Promise<{ items: File[]; total: number }> {
      const parameters: (string | number)[] = []
      const text = listStatement({
        table: `${files} files`,
        columns: FILE_COLUMNS,
        conditions: page.orphaned ? [without] : [],
        count: usageOf('files'),
        column: 'created_at',
        descending: true,
        start: page.start,
        limit: page.limit,
        bind: (value) => `$${parameters.push(value)}`
      })
      return readList(await statement<File & { total: number }>(sql, text)(...parameters))
    },
    /** The keys of files behind `key`, in the order of their bytes. */
    async listKeysAfter(key: string, limit: number): Promise<StoredFile[]> {
      return listKeysAfter(key, limit)
    },
    async findByKey(key: string): Promise<StoredFile | null> {
      const [row] = await findByKey(key)
      return row ?? null
    },
    /** Files older than `seconds` that were never verified: what no event told, the oldest first. */
    async listUnverified(seconds: number, limit: number): Promise<string[]> {
      return (await listUnverified(seconds, limit)).map((row) => row.id)
    },
    /** Files that no document refers to, older than `seconds`: what the events did not clean up. */
    async listOrphans(seconds: number, limit: number): Promise<string[]> {
      return (await listOrphans(seconds, limit)).map((row) => row.id)
    },
    /**
     * Writes down what verifying a file found, and announces damage. False when there is no such file.
     */
    async recordVerification(
      id: string,
      found: { verification: Verification; detectedType: string | null },
      tenantId: string
    ): Promise<boolean> {
      return (await recordVerification(id, found.verification, found.detectedType, tenantId)).length > 0
    },
    /**
     * Deletes the row of a file that no document refers to and hands its object over to pending_objects.
     * The lock comes in a statement of its own: the check then sees every document that committed before it,
     * and an upload that wants the file waits and finds it gone.
     * @param by somebody who asked for it, which the audit then says
     */
    async deleteOrphan(id: string, by?: { tenantId: string; actor: Actor }): Promise<FileDeletion> {
      return withTransaction(sql, async (transaction): Promise<FileDeletion> => {
        const locked = await statement(transaction, `select from ${files} where id = $1 for update`)(id)
        if (locked.length === 0) return { outcome: 'missing' }
        const remove = statement<{ s3_path: string }>(
          transaction,
          `with gone as (
             delete from ${files} files where id = $1 and ${without} returning id, s3_path, file_size
           ), pending as (
             insert into ${pendingObjects} (s3_path, state, deadline) select s3_path, 'delete', now() from gone
           )${by === undefined ? '' : `, audit as (${deleted})`}
           select s3_path from gone`
        )
        const [gone] = await (by === undefined
          ? remove(id)
          : remove(id, by.tenantId, by.actor.userId, by.actor.ip))
        return gone ? { outcome: 'deleted', s3Path: gone.s3_path } : { outcome: 'in use' }
      })
    }
  }
}
