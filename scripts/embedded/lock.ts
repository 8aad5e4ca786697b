import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { identify, isRunning, type ProcessIdentity } from './process-identity.js'

interface LockRecord extends ProcessIdentity {
  /** Processes that the owner started and that may briefly outlive it. */
  children: ProcessIdentity[]
}

/** Thrown by `lock` if another living process holds it. */
export class LockedError extends Error {
  override readonly name = 'LockedError'
  constructor(
    readonly path: string,
    readonly pid: number
  ) {
    super(`${path} is held by process ${pid}`)
  }
}

export interface Lock {
  /** Processes of a dead earlier owner that still run. */
  readonly leftovers: ProcessIdentity[]
  /** Records processes that a later owner must wait for if this one dies suddenly. */
  setChildren(pids: number[]): void
  /** Releases the lock. Synchronous, so that it also works while the process exits. */
  release(): void
}

const POLL_MS = 100

/**
 * Takes the lock file at `path`, which names its owner. A dead owner's lock is ignored.
 * @param waitMs milliseconds to wait for a living owner to release it
 * @throws {LockedError} if it is still held after that
 */
export async function lock(path: string, waitMs = 0): Promise<Lock> {
  const self = identify(process.pid)
  if (self === undefined) throw new Error('Cannot identify this process; is /proc mounted?')
  const deadline = Date.now() + waitMs
  for (;;) {
    const taken = tryLock(path, { ...self, children: [] })
    if (taken !== undefined) return handle(path, self, taken)
    const owner = read(path)
    if (owner === undefined) continue
    if (Date.now() >= deadline) throw new LockedError(path, owner.pid)
    await delay(POLL_MS)
  }
}

/** @returns what a dead owner left running, or undefined if the lock has a living owner */
function tryLock(path: string, record: LockRecord): ProcessIdentity[] | undefined {
  const owner = read(path)
  if (owner !== undefined && isRunning(owner)) return undefined
  const own = `${path}.${record.pid}`
  writeFileSync(own, JSON.stringify(record), { mode: 0o600 })
  try {
    // The existing lock is dead. Move it aside rather than delete it, to check that it is still the same one: another
    // process may have replaced it since.
    if (!discard(path, owner)) return undefined
    linkSync(own, path)
    return owner?.children.filter(isRunning) ?? []
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}

function discard(path: string, expected: LockRecord | undefined): boolean {
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true
    throw error
  }
  const found = read(aside)
  const stale = found === undefined || (found.pid === expected?.pid && found.started === expected.started)
  if (!stale) linkSync(aside, path)
  rmSync(aside, { force: true })
  return stale
}

function read(path: string): LockRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as Partial<LockRecord>
    if (typeof record.pid !== 'number' || typeof record.started !== 'string') return undefined
    return { pid: record.pid, started: record.started, children: record.children ?? [] }
  } catch (error) {
    // Not JSON: a power cut left an empty file. No living process holds such a lock.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function handle(path: string, self: ProcessIdentity, leftovers: ProcessIdentity[]): Lock {
  return {
    leftovers,
    setChildren(pids) {
      const children = pids.map(identify).filter((child) => child !== undefined)
      writeFileSync(`${path}.${self.pid}`, JSON.stringify({ ...self, children }), { mode: 0o600 })
      renameSync(`${path}.${self.pid}`, path)
    },
    release() {
      if (read(path)?.pid === self.pid) rmSync(path, { force: true })
    }
  }
}
