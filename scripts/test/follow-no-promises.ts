import hooks, { type AsyncHook } from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'

/**
 * Keeps tap from following every promise of this process back to the test that made it (async-hook-domain), which took
 * a sixth of the tests' time. An error that nobody waits for then ends the process, and so fails the file instead of
 * the one test. Call it before tap is loaded.
 */
export function followNoPromises(): void {
  const none: AsyncHook = { enable: () => none, disable: () => none }
  hooks.createHook = () => none
  syncBuiltinESMExports()
}
