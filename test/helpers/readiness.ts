import { until } from './until.js'

type Check = 'database' | 'tenant_servers' | 'storage' | 'kafka' | 'process'

/** The body has no envelope: it is for machines that read the status. */
export interface Readiness {
  status: number
  retryAfter: string | null
  body: { status: string; checks: Record<Check, string> }
}

/**
 * Waits for an answer of `/health/ready` with these checks: a store that a busy machine does not check in time counts as
 * down at first.
 */
export async function readyWith(
  url: string,
  checks: Partial<Readiness['body']['checks']>
): Promise<Readiness> {
  let answer = await ready(url)
  const expected = Object.entries(checks) as [Check, string][]
  await until(async () => {
    if (expected.every(([name, state]) => answer.body.checks[name] === state)) return true
    answer = await ready(url)
    return false
  })
  return answer
}

async function ready(url: string): Promise<Readiness> {
  const response = await fetch(`${url}/health/ready`)
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as Readiness['body']
  }
}
