/** A bounded number of slots; whoever finds none free waits in line. */
export interface Slots {
  /** True when a slot was taken, false when `close` came first. */
  take(): Promise<boolean>
  /** Gives a taken slot back. */
  give(): void
  /** Nobody gets a slot any more, those in line included. */
  close(): void
}

export function createSlots(count: number): Slots {
  const line: ((taken: boolean) => void)[] = []
  let free = count
  let closed = false
  return {
    async take() {
      if (closed) return false
      if (free === 0) return new Promise((resolve) => line.push(resolve))
      free--
      return true
    },
    give() {
      const next = line.shift()
      if (next) next(true)
      else free++
    },
    close() {
      closed = true
      for (const waiting of line.splice(0)) waiting(false)
    }
  }
}
