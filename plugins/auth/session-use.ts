import type { SessionRepository } from '../../db/main/sessions-repository.js'

export interface SessionUse {
  /** Records that the session (or the key) was just used, from this address. */
  note(sessionId: string, ip: string): void
  /** Writes the uses that are not written yet. */
  close(): Promise<void>
}

export interface SessionUseDependencies {
  sessions: Pick<SessionRepository, 'touch'>
  onError: (error: unknown) => void
}

/** Milliseconds between writes; a killed process loses at most the uses of this time. */
const WRITE_INTERVAL_MS = 30_000
const BATCH = 1_000

/**
 * Records when each session was last used, for its owner to see. Writes in batches, since writing a row for every
 * request would cost more than the request itself.
 */
export function createSessionUse({ sessions, onError }: SessionUseDependencies): SessionUse {
  let used = new Map<string, string>()

  async function write(): Promise<void> {
    const noted = [...used]
    used = new Map()
    try {
      for (let start = 0; start < noted.length; start += BATCH)
        await sessions.touch(new Map(noted.slice(start, start + BATCH)))
    } catch (error) {
      // These uses are lost; the next ones are recorded again.
      onError(error)
    }
  }
  const timer = setInterval(() => void write(), WRITE_INTERVAL_MS).unref()

  return {
    note: (sessionId, ip) => void used.set(sessionId, ip),
    async close() {
      clearInterval(timer)
      await write()
    }
  }
}
