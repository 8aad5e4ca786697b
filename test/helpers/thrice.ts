import type { Test } from 'tap'
import type { StrongroomEvent } from '../../core/events.js'

/**
 * Asserts that an event has one effect however often it comes: handles it, looks at the effect, and handles
 * it twice more, at the same time, as an abandoned attempt and its successor would.
 * @param effect everything that the event changes, as it is now
 */
export async function handledThrice(
  t: Test,
  handle: (event: StrongroomEvent) => Promise<void>,
  event: StrongroomEvent,
  effect: () => Promise<unknown>
): Promise<void> {
  const before = await effect()
  await handle(event)
  const once = await effect()
  await Promise.all([handle(event), handle(event)])
  t.strictSame(await effect(), once, `${event.event_type}: no further effect`)
  t.notSame(before, once, `${event.event_type}: an effect`)
}
