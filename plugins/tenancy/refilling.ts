import type { SpareDatabases } from './spare-databases.js'

/** Keeps spares ready in the background, once at a time in this process. */
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
    /** Whoever asks while it runs makes it run once more: it may have counted before a spare was taken. */
    start(): void {
      again = true
      running ??= run()
    },
    /** Resolves when nothing runs. */
    async done(): Promise<void> {
      await running
    }
  }
}
