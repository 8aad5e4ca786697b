import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export interface Import {
  file: string
  target: string
  typeOnly: boolean
}

/** The imports of a source file: paths from the top of the project for our own, package names for others. */
export function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  const found = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)
  const dynamic = text.matchAll(/import\(\s*['"]([^'"]+)['"]\s*\)/g)
  const resolve = (target: string) =>
    target.startsWith('.') ? normalize(join(dirname(file), target)).replace(/\.js$/, '.ts') : target
  return [
    ...[...found].map(([, type, target = '']) => ({
      file,
      target: resolve(target),
      typeOnly: type !== undefined
    })),
    ...[...dynamic].map(([, target = '']) => ({ file, target: resolve(target), typeOnly: false }))
  ]
}

/** The source files of a folder. */
export const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('dist/'))
    .map((name) => join(folder, name))

export const isIn = (file: string, folder: string): boolean => file.startsWith(`${folder}/`)
