import type { FastifyRateLimitStore } from '@fastify/rate-limit'
import { askPrimary } from './ask-primary.js'

type ChildOptions = Parameters<FastifyRateLimitStore['child']>[0]
/** What the plugin passes; its types say otherwise. */
interface ActualChildOptions {
  routeInfo: { method: string; url: string }
}
type Done = Parameters<FastifyRateLimitStore['incr']>[1]

/** Counts for all processes that share one port; the primary holds the counts. */
export class SharedRateStore implements FastifyRateLimitStore {
  readonly #route: string

  constructor(_options: unknown, route = '') {
    this.#route = route
  }

  incr(key: string, done: Done, timeWindow: number): void {
    askPrimary('count', { key: `${this.#route} ${key}`, timeWindow }).then(
      (count) => done(null, count),
      (error: unknown) => done(error as Error, undefined)
    )
  }

  child(options: ChildOptions): SharedRateStore {
    const { method, url } = (options as unknown as ActualChildOptions).routeInfo
    return new SharedRateStore({}, `${method} ${url}`)
  }
}
