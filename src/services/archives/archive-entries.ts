import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, type Header } from 'tar-stream'
import { ArchiveRefused } from './archive-refused.js'
import { FORMAT_NAME, MANIFEST_NAME, partName, SUMS_NAME, type ArchiveTable } from './format.js'

/** The kinds of entries, in their order. */
const ORDER = ['format', 'files', 'documents', 'members', 'object', 'lost', 'sums', 'manifest'] as const
type Kind = (typeof ORDER)[number]

/** An entry of an archive. Its content must be read to the end before the next entry. */
export interface ArchiveEntry {
  kind: Kind
  name: string
  size: number
  content: AsyncIterable<Buffer>
}

const OBJECT = /^objects\/([0-9a-f]{2})\/\1[0-9a-f]{62}$/
const PART = /^tables\/(files|documents|members|lost)\.\d{5,7}\.ndjson$/

/**
 * The entries of an archive, each of a known kind and in its place. Names are compared, and never used as paths.
 * @throws {ArchiveRefused} for any other entry, and for a tar that is damaged or incomplete
 */
export async function* archiveEntries(source: AsyncIterable<Buffer>): AsyncGenerator<ArchiveEntry, void> {
  let reached = -1
  let part = 0
  for await (const { header, content } of tarEntries(source)) {
    const { name, size, type } = header
    const kind = kindOf(name)
    if (reached === -1 && kind !== 'format')
      throw new ArchiveRefused('it does not begin with format.json', 'It is not an export of a tenant.')
    if (kind === null || type !== 'file')
      throw new ArchiveRefused(`it holds ${JSON.stringify(name.slice(0, 200))}, which no export contains`)
    const place = ORDER.indexOf(kind)
    part = place === reached ? part + 1 : 1
    const expected = kind === 'object' ? name : nameOf(kind, part)
    if (place < reached || name !== expected)
      throw new ArchiveRefused(`${name} is not where it should be, or something before it is missing`)
    reached = place
    yield { kind, name, size, content }
  }
  if (reached !== ORDER.length - 1) throw new ArchiveRefused('its end is missing')
}

function kindOf(name: string): Kind | null {
  if (name === FORMAT_NAME) return 'format'
  if (name === SUMS_NAME) return 'sums'
  if (name === MANIFEST_NAME) return 'manifest'
  if (OBJECT.test(name)) return 'object'
  return (PART.exec(name)?.[1] ?? null) as ArchiveTable | null
}

function nameOf(kind: Exclude<Kind, 'object'>, part: number): string {
  const single = { format: FORMAT_NAME, sums: SUMS_NAME, manifest: MANIFEST_NAME } as const
  if (kind in single) return part === 1 ? single[kind as keyof typeof single] : 'only one'
  return partName(kind as ArchiveTable, part)
}

async function* tarEntries(source: AsyncIterable<Buffer>) {
  const tar = extract()
  let broken: unknown
  const input = Readable.from(source, { objectMode: false })
  // tar-stream's streams (streamx) work like Node's, but their types differ.
  const feeding = pipeline(input, tar as unknown as NodeJS.WritableStream).catch((error: unknown) => {
    broken = error
    tar.destroy(error as Error)
  })
  /** The reader of the last entry gets the error when the archive ends too early. */
  async function* contentOf(entry: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
    const chunks = entry[Symbol.asyncIterator]()
    for (;;) {
      const step = await chunks.next().catch(async (error: unknown) => {
        await feeding
        throw asRefusal(broken ?? error)
      })
      if (step.done === true) return
      yield step.value
    }
  }
  try {
    for await (const entry of tar as AsyncIterable<{ header: Header }>)
      yield { header: entry.header, content: contentOf(entry as unknown as AsyncIterable<Buffer>) }
    await feeding
  } catch (error) {
    if (error instanceof ArchiveRefused) throw error
    throw asRefusal(broken ?? error)
  } finally {
    tar.destroy()
    await feeding
  }
  if (broken !== undefined) throw asRefusal(broken)
}

/** Errors of files and networks have a code of their own; those of tar-stream have none, or a stream's. */
function asRefusal(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ArchiveRefused) return error
  if ('code' in error && !/STREAM/.test(String(error.code))) return error
  return new ArchiveRefused(`it is not a complete tar (${error.message})`)
}
