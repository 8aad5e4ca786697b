import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TAP } from 'tap'

/** The path of the first of these programs that is on PATH; undefined if none is. */
export function findTool(names: string[], path = process.env['PATH'] ?? ''): string | undefined {
  const folders = path.split(delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram)
}

/**
 * For the first lines of a test file that needs a program: returns its path, or ends the file as skipped.
 * @param names the program's possible names; the first that is installed is used
 * @param named its path, if it is configured
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
