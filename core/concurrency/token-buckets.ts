import { LRUCache } from 'lru-cache'

/** What became of a request for a token. */
export interface Taken {
  taken: boolean
  /** Whole tokens that are left. */
  remaining: number
  /** Seconds until there is a token, when none was taken. */
  wait: number
}

interface Bucket {
  tokens: number
  /** Milliseconds, of performance.now(). */
  at: number
}

/** Buckets at the same time. One that was not used for longest makes room, and would have been full long since. */
const MAX_BUCKETS = 20_000

/**
 * Token buckets by key: each holds `rate` tokens and gets as many a second. Nothing runs between two requests.
 * @param rate tokens a second, 1 or more
 */
export function createTokenBuckets(rate: number): (key: string) => Taken {
  const buckets = new LRUCache<string, Bucket>({ max: MAX_BUCKETS })

  return (key) => {
    const now = performance.now()
    let bucket = buckets.get(key)
    if (bucket === undefined) buckets.set(key, (bucket = { tokens: rate, at: now }))
    bucket.tokens = Math.min(rate, bucket.tokens + ((now - bucket.at) * rate) / 1000)
    bucket.at = now
    if (bucket.tokens < 1) return { taken: false, remaining: 0, wait: (1 - bucket.tokens) / rate }
    bucket.tokens -= 1
    return { taken: true, remaining: Math.floor(bucket.tokens), wait: 0 }
  }
}
