/** Runs at most `atOnce` pieces of work concurrently; takes their results one by one, in the order they were added. */
export class SideBySide {
  private running: { work: Promise<unknown>; take: () => Promise<void> }[] = []

  constructor(private readonly atOnce: number) {}

  /** Once `atOnce` pieces are running, waits for the oldest. @throws what it or its `take` throws */
  async add<Result>(work: Promise<Result>, take: (result: Result) => Promise<void> | void): Promise<void> {
    // A failure is thrown when its turn comes.
    work.catch(() => undefined)
    this.running.push({ work, take: async () => take(await work) })
    if (this.running.length >= this.atOnce) await this.takeFirst()
  }

  /** Takes all results. @throws what a piece of work or its `take` throws */
  async finish(): Promise<void> {
    while (this.running.length > 0) await this.takeFirst()
  }

  /** Waits for all work without taking its results. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.running.splice(0).map(({ work }) => work))
  }

  private async takeFirst(): Promise<void> {
    const [first] = this.running
    await first?.take()
    // Removed only on success: until then `abandon` must wait for it too.
    this.running.shift()
  }
}
