/** Of a change that is meant for one version only. */
export interface ChangeOptions {
  /**
   * The `revision` of what you have read, or an ETag. If it has changed since, nothing happens and you get a
   * `PreconditionError`. By default, the change is made whatever the version is.
   */
  ifMatch?: number | string | undefined
}

/** The header of such a change. A number is made into the ETag of that revision. */
export function ifMatchHeader({ ifMatch }: ChangeOptions): { 'if-match'?: string } {
  if (ifMatch === undefined) return {}
  return { 'if-match': typeof ifMatch === 'number' ? `"${ifMatch}"` : ifMatch }
}
