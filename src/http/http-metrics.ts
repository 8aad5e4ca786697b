import fp from 'fastify-plugin'
import { Gauge, type Metric, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client'
import { resource } from '../../plugins/resources.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    record?: RouteRecord
  }
}

/** Seconds: from an answer out of memory to one that ran into a timeout. Uploads have their own histogram. */
const BOUNDS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The counts of one route. */
class RouteRecord {
  readonly byStatus = new Map<number, number>()
  /** Requests in each bucket, not cumulative; the last bucket has no upper bound. */
  readonly buckets = new Array<number>(BOUNDS.length + 1).fill(0)
  seconds = 0

  constructor(readonly labels: { method: string; route: string }) {}

  add(status: number, seconds: number): void {
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1)
    this.seconds += seconds
    let bucket = 0
    while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] as number)) bucket += 1
    this.buckets[bucket] = (this.buckets[bucket] as number) + 1
  }
}

/**
 * Counts requests by route (its pattern, of which there is a fixed number), method and status, and measures response
 * times. Counts plain numbers, which become series only when read: prom-client's own counters and histograms take 2 µs
 * per request, a few per cent of a request's cost.
 */
export default fp(
  async (app) => {
    const registry = resource(app, 'metrics')
    const unmatched = new RouteRecord({ method: 'any', route: 'unmatched' })
    const records = [unmatched]
    let inFlight = 0
    let aborted = 0

    app.addHook('onRoute', (route) => {
      const record = new RouteRecord({ method: String(route.method), route: route.url })
      records.push(record)
      route.config = { ...route.config, record }
    })
    app.addHook('onRequest', (_request, reply, done) => {
      inFlight += 1
      reply.raw.once('close', () => {
        inFlight -= 1
        if (!reply.raw.writableFinished && !reply.isEndless) aborted += 1
      })
      done()
    })
    app.addHook('onResponse', (request, reply, done) => {
      const { record = unmatched } = request.routeOptions.config
      // Others count as aborted: no client saw the status.
      if (reply.raw.writableFinished && !reply.isEndless)
        record.add(reply.statusCode, reply.elapsedTime / 1000)
      done()
    })

    const seen = () => records.filter((record) => record.byStatus.size > 0)
    const registers = [registry]
    register(registry, {
      name: 'strongroom_http_requests_total',
      help: 'Requests that were answered',
      type: 'counter',
      values: () =>
        seen().flatMap(({ labels, byStatus }) =>
          [...byStatus].map(([status, value]) => ({ labels: { ...labels, status: String(status) }, value }))
        )
    })
    register(registry, {
      name: 'strongroom_http_request_seconds',
      help: 'Time from the request headers to the end of the response, in seconds',
      type: 'histogram',
      values: () => seen().flatMap(histogramOf)
    })
    new Gauge({
      name: 'strongroom_http_requests_in_flight',
      help: 'Requests being served',
      registers,
      collect() {
        this.set(inFlight)
      }
    })
    register(registry, {
      name: 'strongroom_http_requests_aborted_total',
      help: 'Requests whose connection closed, or was cut off, before the end of the response',
      type: 'counter',
      values: () => [{ labels: {}, value: aborted }]
    })
  },
  { name: 'http-metrics', dependencies: ['metrics', 'request-log'] }
)

function histogramOf({ labels, buckets, seconds }: RouteRecord): Series[] {
  let count = 0
  const upTo = buckets.map((value, index) => {
    count += value
    return {
      metricName: 'strongroom_http_request_seconds_bucket',
      labels: { ...labels, le: String(BOUNDS[index] ?? '+Inf') },
      value: count
    }
  })
  return [
    ...upTo,
    { metricName: 'strongroom_http_request_seconds_sum', labels, value: seconds },
    { metricName: 'strongroom_http_request_seconds_count', labels, value: count }
  ]
}

type Series = MetricValue<string> & { metricName?: string }

/** A metric whose series are built when it is read; of prom-client's own kinds, only gauges can do that. */
function register(
  registry: Registry,
  { values, ...about }: { name: string; help: string; type: 'counter' | 'histogram'; values: () => Series[] }
): void {
  const get = async () =>
    ({ ...about, aggregator: 'sum', values: values() }) as unknown as MetricObjectWithValues<Series>
  registry.registerMetric({ ...about, get, reset: () => undefined } as unknown as Metric)
}
