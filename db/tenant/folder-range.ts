import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'

/** A folder and all folders below it, as a range of the index: `folderFrom` is included, `folderBefore` is not. */
export interface FolderRange {
  folderFrom: string
  folderBefore: string
}

/** Folders end in a slash and are compared by their bytes, so all folders below `/a/` are less than `/a0`. */
export function folderRange(folder: string): FolderRange
export function folderRange(folder: string | undefined): Partial<FolderRange>
export function folderRange(folder: string | undefined): Partial<FolderRange> {
  return folder === undefined ? {} : { folderFrom: folder, folderBefore: `${folder.slice(0, -1)}0` }
}

/** The condition that a column is in the range; undefined without a range. */
export const isInFolder = (
  column: SQLWrapper,
  { folderFrom, folderBefore }: Partial<Record<keyof FolderRange, SQLWrapper>>
): SQL | undefined =>
  folderFrom && folderBefore && sql`(${column} >= ${folderFrom} and ${column} < ${folderBefore})`
