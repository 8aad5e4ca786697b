import { LRUCache } from 'lru-cache'
import type { Count } from './questions.js'

/** Counts requests in time windows, each of which starts with its first request. */
export function createRequestCounts(max: number) {
  const windows = new LRUCache<string, { current: number; ends: number }>({ max })
  return (key: string, timeWindow: number): Count => {
    const now = performance.now()
    const known = windows.get(key)
    const window = known !== undefined && known.ends > now ? known : { current: 0, ends: now + timeWindow }
    window.current++
    windows.set(key, window)
    return { current: window.current, ttl: window.ends - now }
  }
}
