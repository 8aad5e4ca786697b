import autocannon, { type Options } from 'autocannon'

/** As many as a busy server's clients; more would only wait in line. */
export const CONNECTIONS = 32

/** Requests per second that are answered with 2xx. @throws if any was answered otherwise, or not at all */
export async function requestsPerSecond(options: Options): Promise<number> {
  const result = await autocannon({ connections: CONNECTIONS, ...options })
  const bad = result.non2xx + result.errors + result.timeouts
  const answers = Object.entries(result.statusCodeStats ?? {}).map(
    ([status, { count }]) => `${count} × ${status}`
  )
  if (bad > 0)
    throw new Error(
      `${bad} requests to ${options.url} failed (${answers.join(', ')}, ${result.errors} without an answer)`
    )
  return result['2xx'] / result.duration
}
