import type { Test } from 'tap'

/** Where tap looks for the process's root test before it creates one (`tap()` in @tapjs/core). */
const EXISTING_ROOT = Symbol.for('TAP private constructor')

/** The root test of the file that is running. */
let current: Test | undefined

/**
 * Makes `import t from 'tap'` a stand-in for the root test of the running file. So several files can run in one
 * process, each with its own root test; tap itself has one for the whole process. Call it before tap is loaded.
 * @returns a function that sets the root test of the next file
 */
export function standInForRoot(): (root: Test) => void {
  const standIn = new Proxy(
    {},
    {
      get(_, name) {
        const value: unknown = current && Reflect.get(current, name)
        return typeof value === 'function' ? (value.bind(current) as unknown) : value
      },
      set: (_, name, value) => current !== undefined && Reflect.set(current, name, value)
    }
  )
  Reflect.set(globalThis, EXISTING_ROOT, standIn)
  return (root) => (current = root)
}
