import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** A data folder that is removed with its test. If root runs the tests, PostgreSQL's own user may pass through it. */
export function temporaryDataDir(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-test-'))
  chmodSync(folder, 0o711)
  t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}
