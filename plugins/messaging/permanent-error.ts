/** Says that a message can never be handled, so that trying again is no use. */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError'
}
