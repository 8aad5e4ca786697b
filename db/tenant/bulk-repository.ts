import { makePgArray } from 'drizzle-orm/pg-core'
import { and, eq, inArray, not, sql, type SQL } from 'drizzle-orm'
import { MAX_METADATA_BYTES, MAX_METADATA_KEYS, MAX_TAGS, type Metadata } from '../../core/own-data.js'
import type { Actor } from '../actor.js'
import { now, query, rendered, under, type Client, type Named } from '../statement.js'
import { deletionEvents, updateEvents } from './document-events.js'
import type { TenantTables } from './schema.js'

/** A change to apply to each of several documents. */
export type BulkAction =
  | { action: 'delete' }
  | { action: 'move'; folder: string }
  | { action: 'tag'; tags: readonly string[] }
  | { action: 'untag'; tags: readonly string[] }
  /** A merge patch (RFC 7396): null removes a value. */
  | { action: 'set_metadata'; metadata: Readonly<Record<string, Metadata[string] | null>> }

/** `full`: the document would have too many tags, or too much metadata. */
export type BulkOutcome = 'changed' | 'unchanged' | 'full'

export type BulkRepository = ReturnType<ReturnType<typeof defineBulkRepository>>

type Given = Actor & { tenantId: string; ids: string; value: string }
interface Row {
  id: string
  outcome: BulkOutcome
}

/** Changes many documents with one statement, locking them in the order of their ids and writing events for each. */
export function defineBulkRepository(tables: TenantTables) {
  const { documents, outbox } = tables
  const [document, previous] = [under('document', documents), under('previous', documents)]

  const locked = ({ ids }: Named<Given>) =>
    query
      .select()
      .from(documents)
      .where(sql`${documents.id} = any(${ids}::text::uuid[])`)
      .orderBy(documents.id)

  const remove = rendered((by: Named<Given>) => {
    const deleted = query
      .delete(documents)
      .where(inArray(documents.id, sql`(select ${previous.id} from ${previous})`))
      .returning()
    return sql<Row>`
      with ${previous} as ${locked(by).for('update')}, ${document} as ${deleted},
        ${deletionEvents(outbox, document, by)}
      select ${document.id}, 'changed' as outcome from ${document}`
  })

  /** @param fits whether a value is within the table's limits */
  const change = (
    name: 'tags' | 'metadata' | 'folder',
    valueFor: (given: SQL) => SQL,
    fits: (value: SQL) => SQL
  ) =>
    rendered((by: Named<Given>) => {
      const wanted = sql.identifier('wanted')
      const value = sql`${wanted}.value`
      const changed = query
        .update(documents)
        .set({ [name]: value, updated_at: now })
        .from(sql`${wanted}`)
        .where(and(eq(documents.id, sql`${wanted}.id`), sql`${wanted}.outcome = 'changed'`))
        .returning()
      const isSame = sql`${value} is not distinct from ${previous[name]}`
      return sql<Row>`
        with ${previous} as ${locked(by).for('no key update')},
          valued as (select ${previous.id}, ${valueFor(sql`${by.value}::text`)} as value from ${previous}),
          ${wanted} as (
            select ${wanted}.*, case when ${isSame} then 'unchanged' when ${not(fits(value))} then 'full'
              else 'changed' end as outcome
            from valued ${wanted} join ${previous} on ${previous.id} = ${wanted}.id
          ),
          ${document} as ${changed}, ${updateEvents(outbox, { document, previous }, by)}
        select id, outcome from ${wanted}`
    })

  const always = () => sql`true`
  const areFewTags = (tags: SQL) => sql`cardinality(${tags}) <= ${MAX_TAGS}`
  const isSmall = (metadata: SQL) => sql`(octet_length(${metadata}::text) <= ${MAX_METADATA_BYTES}
    and (select count(*) from jsonb_object_keys(${metadata})) <= ${MAX_METADATA_KEYS})`
  const sorted = (tags: SQL) => sql`array(select distinct tag collate "C" from ${tags} order by 1)`
  const statements = {
    delete: remove,
    move: change('folder', (given) => given, always),
    tag: change('tags', (given) => sorted(sql`unnest(${previous.tags} || ${given}::text[]) tag`), areFewTags),
    untag: change(
      'tags',
      (given) => sorted(sql`unnest(${previous.tags}) tag where tag <> all(${given}::text[])`),
      always
    ),
    set_metadata: change(
      'metadata',
      (given) => sql`jsonb_strip_nulls(${previous.metadata} || ${given}::jsonb)`,
      isSmall
    )
  }

  return (client: Client) => ({
    /** @returns the outcome for each id of a document that exists */
    async apply(
      ids: readonly string[],
      action: BulkAction,
      { tenantId, actor }: { tenantId: string; actor: Actor }
    ): Promise<Map<string, BulkOutcome>> {
      const values = { ids: `{${ids.join()}}`, value: valueOf(action), tenantId, ...actor }
      const rows = await statements[action.action](client, values)
      return new Map(rows.map(({ id, outcome }) => [id, outcome]))
    }
  })
}

function valueOf(action: BulkAction): string {
  switch (action.action) {
    case 'delete':
      return ''
    case 'move':
      return action.folder
    case 'tag':
    case 'untag':
      return makePgArray([...action.tags])
    case 'set_metadata':
      return JSON.stringify(action.metadata)
  }
}
