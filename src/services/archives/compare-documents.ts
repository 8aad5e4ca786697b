import { inPagesById } from '../../../core/pages.js'
import type { ExportedDocument, TenantSnapshot } from '../../../db/tenant/archive-repository.js'
import type { Spool } from './spool.js'

/** How many documents a restore would bring back (`missing`), change, leave as they are, and remove (`newer`). */
export interface DocumentChanges {
  missing: number
  changed: number
  same: number
  newer: number
}

/** Compares the documents of an archive with those of a tenant; both are sorted by id. */
export async function compareDocuments(archived: Spool, snapshot: TenantSnapshot): Promise<DocumentChanges> {
  const changes = { missing: 0, changed: 0, same: 0, newer: 0 }
  const present = inPagesById<ExportedDocument>((after, limit) => snapshot.documentsAfter(after, limit))
  const here = present[Symbol.asyncIterator]()
  let current = await here.next()
  for await (const line of archived.lines()) {
    const { id } = JSON.parse(line) as { id: string }
    for (; current.done !== true && current.value.id < id; current = await here.next()) changes.newer += 1
    if (current.done === true || current.value.id !== id) {
      changes.missing += 1
      continue
    }
    changes[contentOf(line) === contentOf(current.value.line) ? 'same' : 'changed'] += 1
    current = await here.next()
  }
  for (; current.done !== true; current = await here.next()) changes.newer += 1
  return changes
}

/** A document without its revision and time of change, which a restore replaces anyway. */
function contentOf(line: string): string {
  const { revision: _, updated_at: __, ...content } = JSON.parse(line) as Record<string, unknown>
  return JSON.stringify(content)
}
