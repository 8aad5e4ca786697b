import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { SideBySide } from '../../../core/concurrency/side-by-side.js'
import { compileCheck } from '../../../core/validation/check.js'
import { NIL_UUID } from '../../../core/uuid.js'
import type { ContentIdentity } from '../../../db/tenant/uploads-repository.js'
import { archiveEntries, type ArchiveEntry } from './archive-entries.js'
import { ArchiveRefused } from './archive-refused.js'
import {
  Format,
  FORMAT_VERSION,
  Manifest,
  objectName,
  sumLine,
  SUMS_NAME,
  type ArchiveTable,
  type DocumentRow,
  type FileRow,
  type LostRow,
  type MemberRow
} from './format.js'
import { ofOtherVersion, readJson, readRows } from './read-rows.js'
import { createSpool, linesOf, type Spool } from './spool.js'

/** Up to `AT_ONCE` objects of at most `SMALL` bytes are stored concurrently; larger ones one by one, as they are read. */
const AT_ONCE = 8
const SMALL = 1024 * 1024
/** Maximum number of members in an archive. */
const MAX_MEMBERS = 100_000
const checkFormat = compileCheck(Format)
const checkManifest = compileCheck(Manifest)

/** The rows of an archive, sorted by id, a JSON object per line; and the sums of its entries. */
export type ReceivedRows = Record<'files' | 'documents' | 'lost' | 'sums', Spool>

/** Gives `work` spools for the rows, which are gone once it ends, even if the process is killed. */
export async function withSpooledRows<T>(work: (rows: ReceivedRows) => Promise<T>): Promise<T> {
  const rows: ReceivedRows = {
    ...{ files: await createSpool(), documents: await createSpool() },
    ...{ lost: await createSpool(), sums: await createSpool() }
  }
  try {
    return await work(rows)
  } finally {
    await Promise.all(Object.values(rows).map((spool) => spool.close()))
  }
}

/** The bytes of an object, in chunks. */
export type ObjectContent = AsyncIterable<Buffer> | Iterable<Buffer>

/** Stores the content of a file. @returns the digests and size of what it has read */
export type StoreObject = (
  file: FileRow,
  content: AsyncIterable<Buffer> | Buffer[]
) => Promise<ContentIdentity>

export interface ReceivedArchive {
  manifest: Manifest
  members: MemberRow[]
}

/**
 * Reads an archive once, from its beginning to its end, and checks everything in it: the rows, the content of each
 * file against its digests, the sums of all entries, and that nothing is missing.
 * @param rows receive the rows of the tables
 * @throws {ArchiveRefused}, and what `store` throws
 */
export async function receiveArchive(
  source: AsyncIterable<Buffer>,
  rows: ReceivedRows,
  store: StoreObject
): Promise<ReceivedArchive> {
  const members: MemberRow[] = []
  const last: Record<ArchiveTable, string> = {
    ...{ files: NIL_UUID, documents: NIL_UUID },
    ...{ members: NIL_UUID, lost: NIL_UUID }
  }
  const counts = { files: 0, documents: 0, members: 0, lost: 0 }
  const objects = { count: 0, bytes: 0 }
  const storing = new SideBySide(AT_ONCE)
  let manifest: Manifest | undefined
  let sumsDigest = ''
  /** Files whose objects have not arrived yet; and the files found missing or damaged so far. */
  let pending: AsyncGenerator<string, void> | undefined
  let lostHere: AsyncGenerator<string, void> | undefined

  async function readTable<Row extends { id: string }>(
    table: ArchiveTable,
    entry: ArchiveEntry,
    take: (row: Row) => Promise<void> | void
  ): Promise<void> {
    for await (const row of readRows<Row>(table, entry, last[table])) {
      last[table] = row.id
      counts[table] += 1
      await take(row)
    }
  }
  const lose = (id: string, why: LostRow['why']) =>
    rows.lost.write(`${JSON.stringify({ id, why } satisfies LostRow)}\n`)

  /** The file of the next object. The objects of the files skipped on the way are missing. */
  async function fileOf(sha256: string | null): Promise<FileRow | undefined> {
    pending ??= rows.files.lines()
    for (;;) {
      const step = await pending.next()
      if (step.done === true) return undefined
      const file = JSON.parse(step.value) as FileRow
      if (file.sha256 === sha256) return file
      // Losses are recorded in the order of the files.
      await storing.finish()
      await lose(file.id, 'missing')
    }
  }

  async function readObject({ name, size, content }: ArchiveEntry): Promise<void> {
    const file = await fileOf(name.slice(-64))
    if (file === undefined)
      throw new ArchiveRefused(`${name} belongs to no file, or is not where it should be`)
    objects.count += 1
    objects.bytes += size
    const stored = store(file, size <= SMALL ? [await buffer(content)] : content)
    await storing.add(stored, async (found) => {
      const same =
        found.md5Hash === file.md5_hash && found.sha256 === file.sha256 && found.fileSize === file.file_size
      if (!same) await lose(file.id, 'damaged')
    })
    if (size > SMALL) await storing.finish()
  }

  /** The losses found here. Call it only once all objects have arrived. */
  async function lostLines(): Promise<AsyncGenerator<string, void>> {
    if (lostHere === undefined) {
      await storing.finish()
      await fileOf(null)
    }
    return (lostHere ??= rows.lost.lines())
  }

  /** The losses that the archive lists must equal those found here. */
  async function readLost(entry: ArchiveEntry): Promise<void> {
    const found = await lostLines()
    await readTable<LostRow>('lost', entry, async ({ id, why }) => {
      const step = await found.next()
      if (step.done === true || step.value !== JSON.stringify({ id, why })) throw await lostContent(step)
    })
  }
  async function endLost(): Promise<void> {
    const step = await (await lostLines()).next()
    if (step.done !== true) throw await lostContent(step)
  }
  async function lostContent(step: IteratorResult<string, void>): Promise<ArchiveRefused> {
    if (step.done === true) return new ArchiveRefused('it lists content as lost that it contains')
    const { id, why } = JSON.parse(step.value) as LostRow
    for await (const line of rows.files.lines()) {
      const file = JSON.parse(line) as FileRow
      if (file.id === id) return new ArchiveRefused(`${objectName(file.sha256)} is ${why}`)
    }
    return new ArchiveRefused(`the content of file ${id} is ${why}`)
  }

  async function readSums({ content }: ArchiveEntry): Promise<void> {
    const own = rows.sums.lines()
    try {
      for await (const line of linesOf(content, 1_000)) {
        const step = await own.next()
        if (step.done === true) throw new ArchiveRefused(`${SUMS_NAME} lists entries that are not there`)
        if (step.value !== line)
          throw new ArchiveRefused(`${step.value.slice(66)} is damaged, or ${SUMS_NAME} is`)
      }
    } catch (error) {
      if (error instanceof RangeError) throw new ArchiveRefused(`${SUMS_NAME}: ${error.message}`)
      throw error
    }
    if ((await own.next()).done !== true) throw new ArchiveRefused(`${SUMS_NAME} does not list every entry`)
  }

  const readers: Record<ArchiveEntry['kind'], (entry: ArchiveEntry) => Promise<void>> = {
    async format(entry) {
      const { version } = (await readJson(entry, checkFormat)) as Format
      if (version !== FORMAT_VERSION) throw ofOtherVersion(version)
    },
    files: (entry) =>
      readTable<FileRow>('files', entry, (row) => rows.files.write(`${JSON.stringify(row)}\n`)),
    documents: (entry) =>
      readTable<DocumentRow>('documents', entry, (row) => rows.documents.write(`${JSON.stringify(row)}\n`)),
    members: (entry) =>
      readTable<MemberRow>('members', entry, (row) => {
        if (members.push(row) > MAX_MEMBERS) throw new ArchiveRefused('it names too many members')
      }),
    object: readObject,
    lost: readLost,
    async sums(entry) {
      await endLost()
      await readSums(entry)
    },
    async manifest(entry) {
      manifest = (await readJson(entry, checkManifest)) as Manifest
    }
  }

  try {
    for await (const entry of archiveEntries(source)) {
      const hash = createHash('sha256')
      const hashed = async function* () {
        for await (const chunk of entry.content) {
          hash.update(chunk)
          yield chunk
        }
      }
      await readers[entry.kind]({ ...entry, content: hashed() })
      const digest = hash.digest('hex')
      if (entry.kind === 'sums') sumsDigest = digest
      else if (entry.kind !== 'manifest') await rows.sums.write(sumLine(digest, entry.name))
    }
  } finally {
    await storing.abandon()
  }
  if (manifest === undefined) throw new ArchiveRefused('its end is missing')
  const { objects: count, object_bytes: bytes, sha256sums, rows: claimed } = manifest
  const tables = Object.keys(counts) as ArchiveTable[]
  const isComplete = tables.every((table) => claimed[table] === counts[table])
  if (!isComplete || count !== objects.count || bytes !== objects.bytes || sha256sums !== sumsDigest)
    throw new ArchiveRefused('its content does not match manifest.json')
  return { manifest, members }
}
