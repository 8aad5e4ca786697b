import { monitorEventLoopDelay } from 'node:perf_hooks'

/**
 * Attempts something under a limit of this many seconds, and again under one twice as long while this process stood
 * still for half of it or more: on a busy machine that says nothing about the limit.
 */
export async function unlessStalled<T>(
  seconds: number,
  attempt: (seconds: number) => Promise<T>
): Promise<T> {
  const delay = monitorEventLoopDelay()
  delay.enable()
  const result = await attempt(seconds)
  delay.disable()
  return delay.max / 1e9 < seconds / 2 ? result : unlessStalled(seconds * 2, attempt)
}
