import { AppError } from '../../../core/errors.js'
import { storedFolder } from '../../../core/validation/own-data.js'
import { compileCheck, type Check } from '../../../core/validation/check.js'
import { ArchiveRefused } from './archive-refused.js'
import {
  FORMAT_VERSION,
  MAX_JSON_BYTES,
  MAX_LINE_BYTES,
  PART_BYTES,
  ROWS,
  type ArchiveTable
} from './format.js'
import { linesOf } from './spool.js'
import type { ArchiveEntry } from './archive-entries.js'

const CHECKS = Object.fromEntries(
  Object.entries(ROWS).map(([table, schema]) => [table, compileCheck(schema)])
) as Record<ArchiveTable, Check>

/**
 * The rows of a part, validated, in the order of their ids.
 * @param after the last id of the previous part
 * @throws {ArchiveRefused}
 */
export async function* readRows<Row extends { id: string }>(
  table: ArchiveTable,
  { name, size, content }: ArchiveEntry,
  after: string
): AsyncGenerator<Row, void> {
  if (size > PART_BYTES + MAX_LINE_BYTES) throw new ArchiveRefused(`${name} is too large`)
  let last = after
  let number = 0
  try {
    for await (const line of linesOf(content, MAX_LINE_BYTES)) {
      number += 1
      const row = parse(line) as Row
      const [problem] = CHECKS[table](row)
      if (problem !== undefined)
        throw new ArchiveRefused(
          `line ${number} of ${name}: ${problem.field} ${problem.message}`,
          'It was damaged, edited by hand, or made by a newer Strongroom; in that case, upgrade first.'
        )
      if (row.id <= last) throw new ArchiveRefused(`line ${number} of ${name} is not in the order of the ids`)
      if ('tags' in row && !isSortedSet(row.tags as string[]))
        throw new ArchiveRefused(`line ${number} of ${name}: its tags are not a sorted set`)
      if ('folder' in row && !isStoredFolder(row.folder as string))
        throw new ArchiveRefused(`line ${number} of ${name}: its folder is not as Strongroom stores it`)
      last = row.id
      yield row
    }
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError)
      throw new ArchiveRefused(`line ${number + 1} of ${name}: ${error.message}`)
    throw error
  }
}

/** Reads a small JSON entry. @throws {ArchiveRefused} */
export async function readJson({ name, size, content }: ArchiveEntry, check: Check): Promise<unknown> {
  if (size > MAX_JSON_BYTES) throw new ArchiveRefused(`${name} is too large`)
  const chunks: Buffer[] = []
  for await (const chunk of content) chunks.push(chunk)
  let value: unknown
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new ArchiveRefused(`${name} is not JSON`)
  }
  const [problem] = check(value)
  if (problem === undefined) return value
  if (typeof value === 'object' && value !== null && 'version' in value && value.version !== FORMAT_VERSION)
    throw ofOtherVersion(value.version)
  throw new ArchiveRefused(`${name}: ${problem.field} ${problem.message}`)
}

export const ofOtherVersion = (version: unknown) =>
  new ArchiveRefused(
    `it has version ${String(version).slice(0, 20)} of the format, and this Strongroom reads ${FORMAT_VERSION}`,
    'Import it with the version of Strongroom that made it, or a newer one.'
  )

function parse(line: string): unknown {
  return JSON.parse(line)
}

function isStoredFolder(folder: string): boolean {
  try {
    return storedFolder(folder) === folder
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
}

const isSortedSet = (tags: string[]) =>
  tags.every((tag, index) => {
    const before = tags[index - 1]
    return before === undefined || Buffer.compare(Buffer.from(before), Buffer.from(tag)) < 0
  })
