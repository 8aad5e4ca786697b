/** Thrown if another process has taken over the move of a tenant. */
export class MoveLostError extends Error {
  override readonly name = 'MoveLostError'
  constructor() {
    super('Another process has taken over the move of this tenant')
  }
}
