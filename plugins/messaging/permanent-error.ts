/** Says that a message can never be handled, so retrying is pointless. */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError'
}
