import type { Test } from 'tap'
import type { StrongroomEvent } from '../../core/events.js'

/**
 * Asserts that an event has one effect however often it arrives: handles it, records the effect, and handles it twice
 * more concurrently, as an abandoned attempt and its successor would.
 * @param effect reads the current state of everything that the event changes
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
