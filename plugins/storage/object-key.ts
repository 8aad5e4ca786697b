const KEY = /^tenants(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/
const MAX_LENGTH = 500

/** Whether {@link assertObjectKey} accepts the key. */
export const isObjectKey = (key: string): boolean => key.length <= MAX_LENGTH && KEY.test(key)

/**
 * Refuses every key that could mean something else to a file system or in a URL: no "..", no hidden names, no
 * backslash, no NUL, nothing that needs escaping. At most 500 characters, as `files.s3_path` holds.
 * @throws {TypeError} since keys are made by this program, never by a client
 */
export function assertObjectKey(key: string): void {
  if (!isObjectKey(key)) throw new TypeError(`Not an object key: ${JSON.stringify(key)}`)
}
