import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that is removed with everything in it when the tour ends. */
export interface TemporaryFolder {
  /** For the files that are uploaded. */
  files: string
  /** For the data of the tour's own server; not created yet. */
  data: string
  remove(): void
}

export function makeTemporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'strongroom-tour-'))
  // If root runs the tour, PostgreSQL runs as another user, who must be able to enter.
  if (process.getuid?.() === 0) chmodSync(path, 0o711)
  const files = join(path, 'files')
  mkdirSync(files, { mode: 0o700 })
  return {
    files,
    data: join(path, 'data'),
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  }
}
