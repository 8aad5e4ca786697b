import type { AppError } from '../../../core/errors.js'
import { settledWithin } from '../../../core/concurrency/sleep.js'
import type { SessionWriter } from './session-writer.js'

/** Maximum milliseconds that an answer waits for a slow storage. */
const SETTLE_MS = 2_000

/** The writers of this process; per upload, at most one that can still save. */
export function createRunningWriters() {
  const writers = new Map<string, SessionWriter>()
  return {
    /** Adds a writer. Of two whose requests overtook each other, only the newer one can save; stops the other. */
    add(id: string, writer: SessionWriter): void {
      const other = writers.get(id)
      if (other !== undefined && other.session.epoch > writer.session.epoch) {
        writer.replace()
        return
      }
      other?.replace()
      writers.set(id, writer)
    },
    remove(id: string, writer: SessionWriter): void {
      if (writers.get(id) === writer) writers.delete(id)
    },
    /**
     * Stops this process's writer of an upload: another has taken over, so it can save nothing any more.
     * @param epoch that of the other; a newer writer goes on. By default, stops any
     */
    replace(id: string, epoch = Infinity): void {
      const writer = writers.get(id)
      if (writer === undefined || writer.session.epoch > epoch) return
      writer.replace()
      writers.delete(id)
    },
    /** If the request of the current writer has ended, waits briefly for it to close: then it need not be replaced. */
    async ended(id: string): Promise<void> {
      const writer = writers.get(id)
      if (writer !== undefined) await settledWithin(writer.ended(), SETTLE_MS)
    },
    /** Saves what this process has received of an upload; waits briefly. @returns whether it has a writer of it */
    async settle(id: string): Promise<boolean> {
      const writer = writers.get(id)
      if (writer === undefined) return false
      await settledWithin(writer.settle(), SETTLE_MS)
      return true
    },
    stop(reason: AppError): void {
      for (const writer of writers.values()) writer.stop(reason)
    }
  }
}
