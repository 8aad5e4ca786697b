import type { Verification } from '../../../db/tenant/schema.js'
import type { ArchiveRepository, TenantRestoration } from '../../../db/tenant/archive-repository.js'
import { ArchiveRefused } from './archive-refused.js'
import type { DocumentRow, FileRow, LostRow } from './format.js'
import type { ReceivedRows } from './receive-archive.js'
import type { Spool } from './spool.js'

/** How the rows of the archive become rows of the tables. */
export interface RowsHere {
  /** Whether the keys of the objects must be pending objects in the same place. */
  areReserved: boolean
  file(row: FileRow, found: { verified_at: string; verification: Verification }): object
  document(row: DocumentRow): object
}

/** Rows per statement. */
const BATCH = 500

/**
 * Inserts all rows of an archive into an empty place, in one transaction.
 * @throws {ArchiveRefused} if the rows contradict each other, or violate a constraint of the tables
 */
export async function insertRows(
  archive: ArchiveRepository,
  { files, documents, lost }: ReceivedRows,
  here: RowsHere
): Promise<void> {
  async function insertFiles(restoration: TenantRestoration): Promise<void> {
    const losses = lost.lines()
    let loss = await nextOf<LostRow>(losses)
    // All content has just been read and compared.
    const verified_at = new Date().toISOString()
    for await (const batch of batchesOf<FileRow>(files)) {
      let expected = batch.length
      const rows: object[] = []
      for (const file of batch) {
        const why = loss?.id === file.id ? loss.why : null
        if (why === 'missing') expected -= 1
        if (why !== null) loss = await nextOf<LostRow>(losses)
        rows.push(here.file(file, { verified_at, verification: why ?? 'intact' }))
      }
      if ((await restoration.insertFiles(rows)) !== expected && here.areReserved)
        throw new Error('Objects of this import were removed while it ran; run it again')
    }
  }

  const restored = await archive.restore(async (restoration) => {
    await insertFiles(restoration)
    for await (const batch of batchesOf<DocumentRow>(documents))
      await restoration.insertDocuments(batch.map((row) => here.document(row)))
  })
  if (restored.outcome === 'refused')
    throw new ArchiveRefused(
      `its rows contradict each other, or break a rule (${restored.why.slice(0, 200)})`,
      'It was damaged or made by hand.'
    )
}

async function* batchesOf<Row>(spool: Spool): AsyncGenerator<Row[], void> {
  let batch: Row[] = []
  for await (const line of spool.lines()) {
    if (batch.push(JSON.parse(line) as Row) < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function nextOf<Row>(lines: AsyncGenerator<string, void>): Promise<Row | undefined> {
  const step = await lines.next()
  return step.done === true ? undefined : (JSON.parse(step.value) as Row)
}
