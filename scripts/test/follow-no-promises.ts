import hooks, { type AsyncHook } from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'

/**
 * Keeps tap from tracing every promise of this process back to the test that created it (async-hook-domain), which took
 * a sixth of the tests' time. In exchange, an unhandled rejection ends the process, and so fails the whole file instead
 * of one test. Call it before tap is loaded.
 */
export function followNoPromises(): void {
  const none: AsyncHook = { enable: () => none, disable: () => none }
  hooks.createHook = () => none
  syncBuiltinESMExports()
}
