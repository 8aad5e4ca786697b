import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'

/**
 * The secret kept in `path` (mode 0600), created on first use: 32 random bytes. The file appears
 * complete or not at all, so a crash leaves no partial secret.
 */
export function secretFile(path: string, encoding: 'hex' | 'base64' = 'hex'): string {
  const existing = readSecret(path)
  if (existing !== undefined) {
    // From an earlier version, or copied there by hand.
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
    return existing
  }
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, `${randomBytes(32).toString(encoding)}\n`, { mode: 0o600, flush: true })
  // The mode above applies only to a new file.
  chmodSync(temporary, 0o600)
  try {
    linkSync(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(temporary, { force: true })
  }
  const secret = readSecret(path)
  if (secret === undefined) throw new Error(`${path} is empty: put the lost secret back, or remove the file`)
  return secret
}

/** The secret kept in `path`; undefined if there is none. */
export function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
