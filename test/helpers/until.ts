import { setTimeout as delay } from 'node:timers/promises'
import { startWait } from '../../scripts/test/waits.js'

/** Waits until a condition holds. The test's own timeout ends the wait, and shows where it was. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = startWait(until)
  while (!(await condition())) await delay(20)
  end()
}
