import { getTableColumns, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { codeOf } from '../error-codes.js'
import { insertEvent } from '../event.js'
import { rowsOf } from '../json-rows.js'
import { letIdle } from '../let-idle.js'
import { insertSelect, rendered, under, type Client, type Named } from '../statement.js'
import type { TenantClient } from './client.js'
import type { TenantTables } from './schema.js'
import { defineUsageRepository } from './usage-repository.js'

/** A file's row as JSON (`line`) without its key, and the fields needed to copy its object. */
export interface ExportedFile {
  id: string
  s3_path: string
  sha256: string
  file_size: number
  line: string
}

export interface ExportedDocument {
  id: string
  line: string
}

/** A consistent snapshot of a tenant's rows, in pages in the order of their ids. */
export interface TenantSnapshot {
  filesAfter(id: string, limit: number): Promise<ExportedFile[]>
  documentsAfter(id: string, limit: number): Promise<ExportedDocument[]>
}

/** `refused`: the rows contradict each other, or break a rule of the tables; nothing was inserted. */
export type Restored = { outcome: 'restored' } | { outcome: 'refused'; why: string }

/** Rows for an empty place, as objects by the names of their columns. */
export interface TenantRestoration {
  /** @returns how many of the files had a pending object, which this removes */
  insertFiles(rows: object[]): Promise<number>
  insertDocuments(rows: object[]): Promise<void>
}

/** What a restore has put into a tenant's place. */
export interface RestoredTenant {
  tenantId: string
  /** When the archive was made (RFC 3339). */
  restoredTo: string
  documents: number
  files: number
}

interface After {
  id: string
  limit: number
}

/** How long a snapshot may wait for the reader of its archive, between two pages. */
const READER_PAUSE = '1h'

/** Columns of a file that have no meaning in another place. */
const OF_THIS_PLACE = ['s3_path', 'lease_owner', 'lease_until'] as const

export type ArchiveRepository = ReturnType<ReturnType<typeof defineArchiveRepository>>

/** Reads a consistent snapshot of a tenant, and fills an empty place from one. */
export function defineArchiveRepository(tables: TenantTables) {
  const { files, documents, pendingObjects, outbox } = tables
  const begin = rendered(() => sql`set transaction isolation level repeatable read, read only`, {
    prepare: false
  })
  const filesAfter = rendered(
    ({ id, limit }: Named<After>) => sql<ExportedFile>`
      select file.id, file.s3_path, file.sha256, file.file_size,
        (to_jsonb(file) - ${sql.raw(`'{${OF_THIS_PLACE.join(',')}}'`)}::text[])::text as line
      from ${files} file where file.id > ${id}::uuid order by file.id limit ${limit}`
  )
  const documentsAfter = rendered(
    ({ id, limit }: Named<After>) => sql<ExportedDocument>`
      select document.id, to_jsonb(document)::text as line
      from ${documents} document where document.id > ${id}::uuid order by document.id limit ${limit}`
  )

  const insertRows = <Table extends PgTable>(table: Table, { rows }: Named<{ rows: string }>) => {
    const given = under('given', table)
    return insertSelect(table, getTableColumns(given), rowsOf(given, rows))
  }
  const insertFiles = rendered(
    (named: Named<{ rows: string }>) => sql<{ s3_path: string }>`
      with inserted as (${insertRows(files, named)} returning s3_path)
      delete from ${pendingObjects} using inserted where ${pendingObjects.s3_path} = inserted.s3_path
      returning ${pendingObjects.s3_path}`
  )
  const insertDocuments = rendered((named: Named<{ rows: string }>) => insertRows(documents, named))
  const usage = defineUsageRepository(tables)
  const highestRevision = rendered(
    () => sql<{ revision: number }>`select greatest((select max(${documents.revision}) from ${documents}),
      (select max(${files.revision}) from ${files}), 0) as revision`
  )
  const announce = rendered((named: Named<RestoredTenant>) =>
    insertEvent(outbox, 'tenant.restored', {
      tenantId: named.tenantId,
      data: {
        restored_to: sql`${named.restoredTo}::text`,
        documents: sql`${named.documents}::bigint`,
        files: sql`${named.files}::bigint`
      }
    })
  )

  const restoration = (client: Client): TenantRestoration => ({
    insertFiles: async (rows) => (await insertFiles(client, { rows: JSON.stringify(rows) })).length,
    async insertDocuments(rows) {
      await insertDocuments(client, { rows: JSON.stringify(rows) })
    }
  })

  return (client: TenantClient) => ({
    /** Reads a consistent snapshot, without blocking concurrent writes. */
    readSnapshot: <T>(work: (snapshot: TenantSnapshot) => Promise<T>): Promise<T> =>
      client.transaction(async (transaction) => {
        await begin(transaction)
        await letIdle(transaction, { most: READER_PAUSE })
        return work({
          filesAfter: (id, limit) => filesAfter(transaction, { id, limit }),
          documentsAfter: (id, limit) => documentsAfter(transaction, { id, limit })
        })
      }),
    /** The highest revision of any document or file; 0 if there are none. */
    async highestRevision(): Promise<number> {
      return (await highestRevision(client))[0]?.revision ?? 0
    },
    /** Writes the event that announces to readers that the tenant's documents and files were replaced. */
    async announceRestore(restored: RestoredTenant): Promise<void> {
      await announce(client, restored)
    },
    /** Fills an empty place: all rows commit together, with the usage counted from them. Writes no events. */
    async restore(work: (restoration: TenantRestoration) => Promise<void>): Promise<Restored> {
      try {
        await client.transaction(async (transaction) => {
          await work(restoration(transaction))
          await usage(transaction).recount()
        })
        return { outcome: 'restored' }
      } catch (error) {
        // Class 22: invalid values; class 23: constraint violations.
        // (https://www.postgresql.org/docs/current/errcodes-appendix.html)
        if (!/^2[23]/.test(codeOf(error) ?? '') || !(error instanceof Error)) throw error
        return { outcome: 'refused', why: error.message }
      }
    }
  })
}
