import { LRUCache } from 'lru-cache'

/** The outcome of a request for a token. */
export interface Taken {
  taken: boolean
  /** Whole tokens left. */
  remaining: number
  /** Seconds until a token is available, if none was taken. */
  wait: number
}

interface Bucket {
  tokens: number
  /** Milliseconds, from performance.now(). */
  at: number
}

/** Maximum number of buckets. The least recently used one is dropped; it would have been full again long ago. */
const MAX_BUCKETS = 20_000

/**
 * Token buckets by key: each holds `rate` tokens and gains as many per second. No timer runs between two requests.
 * @param rate tokens per second, at least 1
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
