import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Generated } from './generator.js'

const SOURCES = ['.ts', '.mts', '.py', '.go', '.java']

/** Counts the lines and types that were generated. */
export function figures(folder: string, { path, types }: Generated): { lines: number; types: number } {
  const texts = filesIn(join(folder, path)).map((file) => readFileSync(file, 'utf8'))
  const count = (pattern: RegExp) => texts.reduce((sum, text) => sum + (text.match(pattern)?.length ?? 0), 0)
  return { lines: count(/\n/g), types: count(types) }
}

function filesIn(path: string): string[] {
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCES.includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
}
