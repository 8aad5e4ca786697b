import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TAP } from 'tap'

/** The path of the first of these programs that PATH leads to; undefined when none is installed. */
export function findTool(names: string[], path = process.env['PATH'] ?? ''): string | undefined {
  const folders = path.split(delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram)
}

/**
 * For the first lines of a file of tests that needs a program: its path, or else the file ends here, as skipped.
 * @param names of the program; the first that is installed counts
 * @param named its path, where somebody has named one
 */
export function requireTool(t: TAP, names: string[], named?: string): string {
  const path = named || findTool(names)
  if (path !== undefined) return path
  t.plan(0, `${names[0] ?? ''} is not installed`)
  process.exit(0)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
