/** Takes the bytes of one writer. Calls must not overlap. */
export interface Sink {
  /** Takes the next bytes. */
  write(chunk: Buffer): Promise<void>
  /**
   * Makes all bytes taken so far durable, and acknowledges them.
   * @throws {AppError} UPLOAD_INTERRUPTED if another writer has replaced this one, or the session has ended
   */
  save(): Promise<void>
  /** Saves for the last time, closes open files, and gives the session back. @throws as `save` */
  end(): Promise<void>
  /** Closes open files and frees memory. */
  close(): Promise<void>
}
