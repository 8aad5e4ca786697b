import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { lock } from '../embedded/lock.js'
import type { LocalFile } from './files.js'

/** Milliseconds that a state is kept; longer than a server keeps an unfinished upload. */
const KEPT_MS = 7 * 24 * 3_600_000

/** What is needed to resume the upload of a file. */
export interface UploadState {
  /** Leads to the same upload if the process ends before it knows the upload's id. */
  idempotencyKey: string
  uploadId?: string
}

/** https://specifications.freedesktop.org/basedir-spec/latest/ */
export const stateFolder = (): string =>
  join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'strongroom', 'uploads')

/** The unfinished uploads of this machine's user, each recorded in a small file. */
export class UploadStates {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(folder)) {
      const path = join(folder, name)
      const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
      if (age > KEPT_MS) rmSync(path, { force: true })
    }
  }

  /** Where the state of a file's upload is kept. A file that has changed counts as another file. */
  #pathOf(url: string, tenantId: string, { absolute, size, modified }: LocalFile): string {
    const of = JSON.stringify([url, tenantId, absolute, size, modified])
    return join(this.folder, `${createHash('sha256').update(of).digest('hex').slice(0, 32)}.json`)
  }

  /**
   * Opens the state of a file's upload; creates one if there is none, or if it cannot be read. Until it is closed, no
   * other process can open it.
   * @throws {LockedError} if another process has opened it
   */
  async open(url: string, tenantId: string, file: LocalFile) {
    const path = this.#pathOf(url, tenantId, file)
    const held = await lock(`${path}.lock`)
    const write = (state: UploadState) => {
      const partial = `${path}.${process.pid}`
      writeFileSync(partial, JSON.stringify({ file: file.absolute, ...state }), { mode: 0o600 })
      renameSync(partial, path)
      return state
    }
    const create = () => write({ idempotencyKey: randomUUID() })
    const remove = () => rmSync(path, { force: true })
    try {
      return { state: read(path) ?? create(), write, create, remove, close: () => held.release() }
    } catch (error) {
      held.release()
      throw error
    }
  }
}

function read(path: string): UploadState | undefined {
  try {
    const state = JSON.parse(readFileSync(path, 'utf8')) as Partial<UploadState> | null
    if (typeof state?.idempotencyKey !== 'string') return undefined
    const { idempotencyKey, uploadId } = state
    return { idempotencyKey, ...(typeof uploadId === 'string' && { uploadId }) }
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
