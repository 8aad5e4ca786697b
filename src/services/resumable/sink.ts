/** Where the bytes of one writer go. One call at a time. */
export interface Sink {
  /** Takes bytes that follow those before. */
  write(chunk: Buffer): Promise<void>
  /**
   * Makes everything that was taken durable, and acknowledges it.
   * @throws {AppError} UPLOAD_INTERRUPTED if another writer has replaced this one, or the session has ended
   */
  save(): Promise<void>
  /** Saves for the last time, closes what is open, and gives the session back. @throws as `save` */
  end(): Promise<void>
  /** Closes what is open. */
  close(): Promise<void>
}
