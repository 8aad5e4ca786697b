import { until } from './until.js'

type Check = 'database' | 'tenant_servers' | 'storage' | 'kafka' | 'process'

/** Not in the envelope: it is for machines that look at the status. */
export interface Readiness {
  status: number
  retryAfter: string | null
  body: { status: string; checks: Record<Check, string> }
}

/**
 * The first answer of `/health/ready` with these checks: a busy machine may not check a store in time, which then counts
 * as down.
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
