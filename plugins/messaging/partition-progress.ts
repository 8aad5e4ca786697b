/**
 * Tracks the progress of one partition. Messages are handled in parallel, but a committed offset covers all messages
 * before it, so it may only pass messages that are done.
 */
export interface PartitionProgress {
  /** Records a message; call this in the order of the partition. */
  begin(offset: number): void
  /** Records that a message is done; returns the new offset to continue from, if that has moved. */
  finish(offset: number): number | undefined
}

export function createPartitionProgress(): PartitionProgress {
  /** In the order of the partition, since a Map keeps the order of insertion. */
  const done = new Map<number, boolean>()
  return {
    begin(offset) {
      done.set(offset, false)
    },
    finish(finished) {
      if (!done.has(finished)) return undefined
      done.set(finished, true)
      let next: number | undefined
      for (const [offset, isDone] of done) {
        if (!isDone) break
        done.delete(offset)
        next = offset + 1
      }
      return next
    }
  }
}
