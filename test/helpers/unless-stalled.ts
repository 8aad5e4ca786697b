import { monitorEventLoopDelay } from 'node:perf_hooks'

/**
 * Runs an attempt under a limit of this many seconds. If this process stood still for half the limit or more, the result
 * says nothing about the limit, so it tries again with twice the limit.
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
