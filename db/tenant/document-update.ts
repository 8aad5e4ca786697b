import { and, eq, sql, type Placeholder, type SQL } from 'drizzle-orm'
import type { Metadata } from '../../core/own-data.js'
import type { Actor } from '../actor.js'
import { isExpected } from '../revisions.js'
import { now, query, rendered, under, type Named } from '../statement.js'
import { updateEvents } from './document-events.js'
import { documentColumns, documentWithFileColumns, selectList, type DocumentWithFileRow } from './rows.js'
import type { TenantTables } from './schema.js'

/** Changes to a document; undefined fields stay unchanged. */
export interface DocumentChanges {
  filename?: string | undefined
  mime_type?: string | undefined
  /** null removes it. */
  charset?: string | null | undefined
  /** null removes it. */
  external_id?: string | null | undefined
  /** Replaces all metadata. */
  metadata?: Metadata | undefined
  /** A merge patch (RFC 7396) of the metadata: null removes a value. */
  metadataPatch?: Record<string, Metadata[string] | null> | undefined
  tags?: string[] | undefined
  folder?: string | undefined
}

/** `DocumentChanges` as parameters; null means unchanged. */
export interface ChangeParameters {
  filename: string | null
  mimeType: string | null
  charset: string | null
  setsCharset: boolean
  externalId: string | null
  setsExternalId: boolean
  /** JSON. */
  metadata: string | null
  mergesMetadata: boolean
  /** JSON. */
  tags: string | null
  folder: string | null
}

export const changeParameters = (changes: DocumentChanges): ChangeParameters => {
  const { filename, mime_type, charset, external_id, metadata, metadataPatch, tags, folder } = changes
  const newMetadata = metadata ?? metadataPatch
  return {
    ...{ filename: filename ?? null, mimeType: mime_type ?? null, folder: folder ?? null },
    ...{ charset: charset ?? null, setsCharset: charset !== undefined },
    ...{ externalId: external_id ?? null, setsExternalId: external_id !== undefined },
    metadata: newMetadata === undefined ? null : JSON.stringify(newMetadata),
    mergesMetadata: metadata === undefined,
    tags: tags === undefined ? null : JSON.stringify(tags)
  }
}

type Given = ChangeParameters & Actor & { tenantId: string; expected: string | null }
type Documents = TenantTables['documents']

/**
 * The statements that change a document and write the events: by its id, by its external id, or by its external id if it
 * has a certain file.
 */
export function defineDocumentUpdate(tables: TenantTables) {
  const { documents, files, outbox } = tables
  const [document, previous] = [under('document', documents), under('previous', documents)]

  const newMetadata = (to: Named<Given>): SQL => {
    const kept = sql`case when ${to.mergesMetadata}::boolean then ${documents.metadata} else '{}' end`
    return sql`case when ${to.metadata}::text is null then ${documents.metadata}
      else jsonb_strip_nulls(${kept} || ${to.metadata}::text::jsonb) end`
  }
  const newTags = ({ tags }: Named<Given>): SQL =>
    sql`case when ${tags}::text is null then ${documents.tags}
      else array(select jsonb_array_elements_text(${tags}::text::jsonb)) end`

  function update(to: Named<Given>, isWanted: SQL) {
    const changed = query
      .update(documents)
      .set({
        filename: sql`coalesce(${to.filename}, ${documents.filename})`,
        mime_type: sql`coalesce(${to.mimeType}, ${documents.mime_type})`,
        charset: sql`case when ${to.setsCharset}::boolean then ${to.charset}::text else ${documents.charset} end`,
        external_id: sql`case when ${to.setsExternalId}::boolean then ${to.externalId}::text else ${documents.external_id} end`,
        metadata: newMetadata(to),
        tags: newTags(to),
        folder: sql`coalesce(${to.folder}, ${documents.folder})`,
        updated_at: now
      })
      .from(sql`${previous}`)
      .where(eq(documents.id, previous.id))
      .returning(documentColumns(documents))
    const before = query
      .select()
      .from(documents)
      .where(and(isWanted, isExpected(documents.revision, to.expected)))
      .for('no key update')
    return sql<DocumentWithFileRow>`
      with ${previous} as ${before}, ${document} as ${changed},
        ${updateEvents(outbox, { document, previous }, to)}
      select ${selectList(documentWithFileColumns(document, files))}
      from ${document} join ${files} on ${eq(files.id, document.file_id)}`
  }

  return {
    byId: rendered((to: Named<Given & { id: string }>) => update(to, eq(documents.id, to.id))),
    byExternalId: rendered((to: Named<Given & { of: string }>) =>
      update(to, hasExternalId(documents, to.of))
    ),
    withFile: rendered((to: Named<Given & { of: string; fileId: string }>) =>
      update(to, sql`${hasExternalId(documents, to.of)} and ${eq(documents.file_id, to.fileId)}`)
    )
  }
}

/** The condition for a document with this external id; it can use the index. */
export const hasExternalId = ({ external_id }: Documents, value: Placeholder): SQL =>
  sql`${external_id} = ${value}`
