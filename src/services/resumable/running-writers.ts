import type { AppError } from '../../../core/errors.js'
import { settledWithin } from '../../../core/concurrency/sleep.js'
import type { SessionWriter } from './session-writer.js'

/** Milliseconds that an answer waits for a storage that is slow. */
const SETTLE_MS = 2_000

/** The writers of this process, at most one of each upload that can still save. */
export function createRunningWriters() {
  const writers = new Map<string, SessionWriter>()
  return {
    add(id: string, writer: SessionWriter): void {
      writers.set(id, writer)
    },
    remove(id: string, writer: SessionWriter): void {
      if (writers.get(id) === writer) writers.delete(id)
    },
    /** Another has taken over, so that this process's writer of the upload can save nothing any more. */
    replace(id: string): void {
      writers.get(id)?.replace()
      writers.delete(id)
    },
    /** Waits a moment for a request of an upload that is over, so that the next one need not replace its writer. */
    async ended(id: string): Promise<void> {
      const writer = writers.get(id)
      if (writer !== undefined) await settledWithin(writer.ended(), SETTLE_MS)
    },
    /** Saves what this process has received of an upload, or waits a moment for it. @returns whether it receives any */
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
