import type { FastifyBaseLogger } from 'fastify'

type Log = FastifyBaseLogger['info']

/**
 * The logger of one request, created on first use: most requests log only their line at the end, which does not need it,
 * and a child logger for each request took 2 % of a small read's processor time.
 */
class RequestLogger implements FastifyBaseLogger {
  #made: FastifyBaseLogger | undefined

  constructor(
    private readonly parent: FastifyBaseLogger,
    private readonly bindings: Record<string, unknown>
  ) {}

  get level(): string {
    return this.parent.level
  }
  child(...given: Parameters<FastifyBaseLogger['child']>): FastifyBaseLogger {
    return this.#logger.child(...given)
  }
  fatal(...line: Parameters<Log>): void {
    this.#logger.fatal(...line)
  }
  error(...line: Parameters<Log>): void {
    this.#logger.error(...line)
  }
  warn(...line: Parameters<Log>): void {
    this.#logger.warn(...line)
  }
  info(...line: Parameters<Log>): void {
    this.#logger.info(...line)
  }
  debug(...line: Parameters<Log>): void {
    this.#logger.debug(...line)
  }
  trace(...line: Parameters<Log>): void {
    this.#logger.trace(...line)
  }
  silent(...line: Parameters<Log>): void {
    this.#logger.silent(...line)
  }

  get #logger(): FastifyBaseLogger {
    return (this.#made ??= this.parent.child(this.bindings))
  }
}

/** Fastify's factory of the loggers of requests. */
export const requestLogger = (
  parent: FastifyBaseLogger,
  bindings: Record<string, unknown>
): FastifyBaseLogger => new RequestLogger(parent, bindings)
