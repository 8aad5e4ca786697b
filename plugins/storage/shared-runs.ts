/**
 * Runs work of one kind at most once at a time for each key. Whoever asks while it runs shares the run after it: the
 * present one may have begun too early to count for them.
 */
export function shareRuns(work: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const running = new Map<string, Promise<void>>()
  const following = new Map<string, Promise<void>>()

  function run(key: string): Promise<void> {
    const now = work(key).finally(() => running.delete(key))
    running.set(key, now)
    return now
  }

  return (key) => {
    const now = running.get(key)
    if (now === undefined) return run(key)
    const shared = following.get(key)
    if (shared !== undefined) return shared
    const next = now
      // Told to those who share that run.
      .catch(() => undefined)
      .then(() => {
        following.delete(key)
        return run(key)
      })
    following.set(key, next)
    return next
  }
}
