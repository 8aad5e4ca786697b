import type { AppError } from '../../../core/errors.js'
import type { SessionWriter } from './session-writer.js'

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
    stop(reason: AppError): void {
      for (const writer of writers.values()) writer.stop(reason)
    }
  }
}
