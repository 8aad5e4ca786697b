import { statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { codeOf } from '../../db/error-codes.js'
import { UsageError } from '../operator/run.js'

/** A file to upload. */
export interface LocalFile {
  /** As the user named it. */
  path: string
  absolute: string
  name: string
  /** Bytes. */
  size: number
  /** Milliseconds since 1970. */
  modified: number
}

/**
 * The files at these paths, which are relative to the folder in which the user ran npm.
 * @throws {UsageError} naming every path that cannot be uploaded
 */
export function findFiles(paths: string[]): LocalFile[] {
  const problems: string[] = []
  const files = paths.flatMap((path) => {
    const absolute = resolve(process.env['INIT_CWD'] ?? '.', path)
    try {
      const stats = statSync(absolute)
      if (!stats.isFile()) problems.push(`${path} is not a file; name the files in it`)
      else if (stats.size === 0) problems.push(`${path} is empty`)
      else return [{ path, absolute, name: basename(absolute), size: stats.size, modified: stats.mtimeMs }]
    } catch (error) {
      const code = codeOf(error)
      problems.push(
        code === 'ENOENT' ? `${path} does not exist` : `${path} cannot be read (${code ?? String(error)})`
      )
    }
    return []
  })
  const named = new Set(files.map(({ absolute }) => absolute))
  if (named.size < files.length) problems.push('A file is named twice')
  if (problems.length > 0) throw new UsageError(problems.join('\n'))
  return files
}
