/** Options of a change that may be limited to one revision. */
export interface ChangeOptions {
  /**
   * The `revision` that you have read, or an ETag. If the resource has changed since, the server changes nothing and
   * you get a `PreconditionError`. By default, the change is made whatever the revision is.
   */
  ifMatch?: number | string | undefined
}

/** The header of such a change. A number becomes the ETag of that revision. */
export function ifMatchHeader({ ifMatch }: ChangeOptions): { 'if-match'?: string } {
  if (ifMatch === undefined) return {}
  return { 'if-match': typeof ifMatch === 'number' ? `"${ifMatch}"` : ifMatch }
}
