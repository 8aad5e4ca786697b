import type { BenchCase, CaseContext, Findings, Result } from '../harness/case.js'
import { contest, median } from '../harness/contest.js'
import { startOurs } from '../harness/contenders.js'
import { fillTenant } from '../harness/fill.js'
import { createTenant } from '../installation.js'

const SMALL = 1_000
const LARGE = 1_000_000
const SORTS = ['-created_at', 'created_at', 'filename', '-filename']
/** Requests per measurement. */
const SAMPLES = 40
/** The maximum, so that the middle is not too many pages away. */
const PER_PAGE = 100

interface Page {
  items: unknown[]
  pagination: { next_cursor: string | null }
}

/** The cost of pages at a million documents, over HTTP, compared with the same pages at a thousand. */
async function run({ installation, rounds, progress }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation)
  const small = ours.tenant
  const large = await createTenant(ours.url, ours.token)

  async function list(tenantId: string, query: Record<string, string>): Promise<Page> {
    const url = `${ours.url}/api/tenants/${tenantId}/documents?${String(new URLSearchParams(query))}`
    const response = await fetch(url, { headers: ours.headers })
    if (!response.ok) throw new Error(await response.text())
    return ((await response.json()) as { data: Page }).data
  }

  /** A cursor from the middle of the list: the page before it is the deepest that is requested by number. */
  async function middle(tenantId: string, sort: string, count: number): Promise<string> {
    const page = String(count / 2 / PER_PAGE)
    const { pagination } = await list(tenantId, { sort, page, per_page: String(PER_PAGE) })
    return String(pagination.next_cursor)
  }

  async function latency(tenantId: string, query: Record<string, string>): Promise<number> {
    const times: number[] = []
    for (let n = 0; n < SAMPLES; n++) {
      const start = performance.now()
      await list(tenantId, query)
      times.push(performance.now() - start)
    }
    return median(times)
  }

  async function compare(what: string, few: Record<string, string>, many = few): Promise<Result> {
    progress(what)
    const result = await contest(
      rounds,
      () => latency(large.id, many),
      () => latency(small.id, few),
      () => undefined
    )
    const against = `${SMALL} documents`
    return { what: `list at ${LARGE}: ${what}`, against, unit: 'ms', contest: result, aim: { atMost: 1.5 } }
  }

  try {
    await fillTenant(installation, { ...ours, tenant: small }, SMALL)
    progress(`writing ${LARGE} documents`)
    await fillTenant(installation, { ...ours, tenant: large }, LARGE)
    const results: Result[] = []
    for (const sort of SORTS) {
      results.push(await compare(`${sort}, page 1`, { sort }))
      const few = { sort, cursor: await middle(small.id, sort, SMALL) }
      const many = { sort, cursor: await middle(large.id, sort, LARGE) }
      results.push(await compare(`${sort}, cursor in the middle`, few, many))
    }
    results.push(await compare('a name filter that matches 20', { filename: 'quarterly' }))
    return { results }
  } finally {
    await ours.stop()
  }
}

export const lists: BenchCase = {
  name: 'lists',
  about: `pages at ${LARGE} documents against ${SMALL}, also by a cursor from the middle`,
  run
}
