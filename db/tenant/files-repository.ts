import type postgres from 'postgres'
import { statement } from '../client.js'
import { documentColumns, fileColumns, type Document, type File } from './rows.js'
import type { TenantTableNames } from './table-names.js'

/** 'deleted' comes with the key of the object, which is now in pending_objects. */
export type FileDeletion =
  { outcome: 'deleted'; s3Path: string } | { outcome: 'in use' } | { outcome: 'missing' }

export type FileRepository = ReturnType<typeof createFileRepository>

export function createFileRepository(sql: postgres.Sql, names: TenantTableNames) {
  const { files, documents, pendingObjects } = names
  const findById = statement<File>(sql, `select ${fileColumns('files')} from ${files} files where id = $1`)
  const listDocuments = statement<Document>(
    sql,
    `select ${documentColumns('documents')} from ${documents} documents
     where file_id = $1 order by created_at desc, id desc limit $2`
  )
  const without = `not exists (select from ${documents} documents where documents.file_id = files.id)`
  const list = (where: string) =>
    statement<File & { total: number }>(
      sql,
      `select total.count as total, page.* from (select count(*) from ${files} files where ${where}) total
       left join (
         select ${fileColumns('files')} from ${files} files where ${where}
         order by created_at desc, id desc limit $1 offset $2
       ) page on true order by page.created_at desc, page.id desc`
    )
  const listAll = list('true')
  const listWithoutDocuments = list(without)
  const listOrphans = statement<{ id: string }>(
    sql,
    `select id from ${files} files where ${without} and created_at < now() - make_interval(secs => $1) limit $2`
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
    /** A page of the files, newest first, and how many there are in all. */
    async list(options: {
      orphaned: boolean
      limit: number
      offset: number
    }): Promise<{ items: File[]; total: number }> {
      const rows = await (options.orphaned ? listWithoutDocuments : listAll)(options.limit, options.offset)
      // An empty page still has one row, which carries the total alone.
      const items = rows.filter((row) => (row.id as string | null) !== null).map(({ total, ...file }) => file)
      return { items, total: rows[0]?.total ?? 0 }
    },
    /** Files that no document refers to, older than `seconds`: what the events did not clean up. */
    async listOrphans(seconds: number, limit: number): Promise<string[]> {
      return (await listOrphans(seconds, limit)).map((row) => row.id)
    },
    /**
     * Deletes the row of a file that no document refers to and hands its object over to pending_objects.
     * The lock comes in a statement of its own: the check then sees every document that committed before it,
     * and an upload that wants the file waits and finds it gone.
     */
    async deleteOrphan(id: string): Promise<FileDeletion> {
      return sql.begin(async (transaction): Promise<FileDeletion> => {
        const locked = await statement(transaction, `select from ${files} where id = $1 for update`)(id)
        if (locked.length === 0) return { outcome: 'missing' }
        const remove = statement<{ s3_path: string }>(
          transaction,
          `with gone as (
             delete from ${files} files where id = $1 and ${without} returning s3_path
           ), pending as (
             insert into ${pendingObjects} (s3_path, state, deadline) select s3_path, 'delete', now() from gone
           )
           select s3_path from gone`
        )
        const [gone] = await remove(id)
        return gone ? { outcome: 'deleted', s3Path: gone.s3_path } : { outcome: 'in use' }
      })
    }
  }
}
