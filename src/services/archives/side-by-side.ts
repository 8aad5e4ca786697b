/** Work that runs side by side, at most `atOnce` pieces of it, while its results are taken one by one in their order. */
export class SideBySide {
  private running: { work: Promise<unknown>; take: () => Promise<void> }[] = []

  constructor(private readonly atOnce: number) {}

  /** Waits for the oldest piece once there are enough. @throws what it or its `take` has thrown */
  async add<Result>(work: Promise<Result>, take: (result: Result) => Promise<void>): Promise<void> {
    // It is reported when its turn comes.
    work.catch(() => undefined)
    this.running.push({ work, take: async () => take(await work) })
    if (this.running.length >= this.atOnce) await this.takeFirst()
  }

  /** Takes all results. @throws what a piece of work or its `take` has thrown */
  async finish(): Promise<void> {
    while (this.running.length > 0) await this.takeFirst()
  }

  /** Waits for all work, and takes no result. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.running.splice(0).map(({ work }) => work))
  }

  private async takeFirst(): Promise<void> {
    const [first] = this.running
    await first?.take()
    // What fails stays, so that `abandon` still waits for the rest.
    this.running.shift()
  }
}
