import autocannon, { type Options } from 'autocannon'

/** The number of a busy server's clients; more would only wait in a queue. */
export const CONNECTIONS = 32

export interface Load {
  requests: number
  perSecond: number
}

/** The rate of requests that are answered with 2xx. @throws if any was answered otherwise, or not at all */
export const requestsPerSecond = async (options: Options): Promise<number> => (await load(options)).perSecond

/** Sends requests, and counts the 2xx answers. @throws if any request was answered otherwise, or not at all */
export async function load(options: Options): Promise<Load> {
  const result = await autocannon({ connections: CONNECTIONS, ...options })
  const bad = result.non2xx + result.errors + result.timeouts
  const answers = Object.entries(result.statusCodeStats ?? {}).map(
    ([status, { count }]) => `${count} × ${status}`
  )
  if (bad > 0)
    throw new Error(
      `${bad} requests to ${options.url} failed (${answers.join(', ')}, ${result.errors} without an answer)`
    )
  return { requests: result['2xx'], perSecond: result['2xx'] / result.duration }
}
