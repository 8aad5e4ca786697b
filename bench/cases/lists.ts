import type { BenchCase, CaseContext, Figure, Findings, Result } from '../harness/case.js'
import { contest, median } from '../harness/contest.js'
import { startOurs } from '../harness/contenders.js'
import { fillWithOwnData } from '../harness/fill.js'
import { createTenant } from '../installation.js'

const SMALL = 1_000
const SORTS = ['-created_at', 'created_at', 'filename', '-filename']
/** Requests per measurement. */
const SAMPLES = 40
/** The largest page size, so that few pages lead to the middle. */
const PER_PAGE = 100

/** Filters that match 20 documents in the small tenant and in the large one. */
const SELECTIVE: Query[] = [
  { filename: 'quarterly' },
  { external_id: 'document 77' },
  { tag: 'rare' },
  { 'metadata[customer]': 'rare' },
  { tag: 'rare', 'metadata[customer]': 'rare', folder: '/rare/', sort: 'filename' },
  { folder_prefix: '/rare/' }
]
/** Filters that match at least every second document. */
const UNSELECTIVE: Query[] = [
  { tag: 'common' },
  { 'metadata[state]': 'open' },
  { tag: 'common', 'metadata[state]': 'open', sort: 'filename' },
  { folder_prefix: '/customers/' }
]
/** A filter that matches only the oldest 2 % of the documents, which come last in the order. */
const OLDEST: Query = { tag: 'old' }
/** Milliseconds for a page whose cost necessarily grows with the number of documents. */
const LONGEST = { atMost: 40 }
/** The number of documents written after the last vacuum. */
const UNVACUUMED = 12_000

type Query = Record<string, string>

interface Page {
  items: unknown[]
  pagination: { next_cursor: string | null }
}

/** Compares pages of a tenant with many documents, over HTTP, with the same pages of a tenant with a thousand. */
async function run({ installation, rounds, documents, progress }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation)
  const small = ours.tenant
  const large = await createTenant(ours.url, ours.token)

  async function list(tenantId: string, query: Query, what = 'documents'): Promise<Page> {
    const url = `${ours.url}/api/tenants/${tenantId}/${what}?${String(new URLSearchParams(query))}`
    const response = await fetch(url, { headers: ours.headers })
    if (!response.ok) throw new Error(await response.text())
    return ((await response.json()) as { data: Page }).data
  }

  /**
   * A cursor from the middle of the list. It comes with the page before, which is requested by its number.
   */
  async function middle(tenantId: string, sort: string, count: number): Promise<string> {
    const page = String(count / 2 / PER_PAGE)
    const { pagination } = await list(tenantId, { sort, page, per_page: String(PER_PAGE) })
    return String(pagination.next_cursor)
  }

  async function latency(tenantId: string, query: Query, what?: string): Promise<number> {
    const times: number[] = []
    for (let n = 0; n < SAMPLES; n++) {
      const start = performance.now()
      await list(tenantId, query, what)
      times.push(performance.now() - start)
    }
    return median(times)
  }

  async function compare(what: string, few: Query, many = few): Promise<Result> {
    progress(what)
    const result = await contest(
      rounds,
      () => latency(large.id, many),
      () => latency(small.id, few),
      () => undefined
    )
    const against = `${SMALL} documents`
    return {
      what: `list at ${documents}: ${what}`,
      against,
      unit: 'ms',
      contest: result,
      aim: { atMost: 1.5 }
    }
  }

  async function figure(what: string, query: Query): Promise<Figure> {
    progress(what)
    const value = await latency(large.id, query)
    return { what: `list at ${documents}: ${what}`, value, unit: 'ms', aim: LONGEST }
  }

  /** Measures every filter. */
  async function filtered(suffix: string): Promise<Required<Findings>> {
    const uncounted = (query: Query) => ({ ...query, total: 'false' })
    const nameOf = (query: Query) => `${decodeURIComponent(String(new URLSearchParams(query)))}${suffix}`
    const results: Result[] = []
    const figures: Figure[] = []
    for (const query of [...SELECTIVE, ...UNSELECTIVE.map(uncounted)])
      results.push(await compare(nameOf(query), query))
    for (const query of [...UNSELECTIVE, OLDEST, uncounted(OLDEST)])
      figures.push(await figure(nameOf(query), query))
    return { results, figures }
  }

  try {
    await fillWithOwnData(installation, { ...ours, tenant: small }, SMALL)
    progress(`writing ${documents} documents`)
    const writeMore = await fillWithOwnData(installation, { ...ours, tenant: large }, documents)
    const results: Result[] = []
    for (const sort of SORTS) {
      results.push(await compare(`${sort}, page 1`, { sort }))
      const few = { sort, cursor: await middle(small.id, sort, SMALL) }
      const many = { sort, cursor: await middle(large.id, sort, documents) }
      results.push(await compare(`${sort}, cursor in the middle`, few, many))
    }
    const before = await filtered('')
    const folders = {
      what: `folders of ${documents} documents, with counts`,
      value: await latency(large.id, { parent: '/customers/' }, 'folders'),
      unit: 'ms',
      aim: LONGEST
    }
    await writeMore(UNVACUUMED)
    const after = await filtered(`, ${UNVACUUMED} later`)
    return {
      results: [...results, ...before.results, ...after.results],
      figures: [...before.figures, ...after.figures, folders]
    }
  } finally {
    await ours.stop()
  }
}

export const lists: BenchCase = {
  name: 'lists',
  about: `pages of many documents against ${SMALL}: by cursors from the middle, and by filters`,
  run
}
