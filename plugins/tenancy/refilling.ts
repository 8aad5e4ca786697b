import type { SpareDatabases } from './spare-databases.js'

/** Keeps spares ready in the background, one run at a time in this process. */
export function createRefilling(
  { refill }: Pick<SpareDatabases, 'refill'>,
  onError: (error: unknown) => void
) {
  let running: Promise<void> | undefined
  let again = false

  async function run(): Promise<void> {
    try {
      while (again) {
        again = false
        await refill()
      }
    } catch (error) {
      onError(error)
    }
    running = undefined
  }

  return {
    /** A call during a run causes another run: the current one may have counted before a spare was taken. */
    start(): void {
      again = true
      running ??= run()
    },
    /** Resolves when no run is active. */
    async done(): Promise<void> {
      await running
    }
  }
}
