import type { Answer, Page, TestDocument, TestFile, TestTenant, UserClient } from '../helpers/api.js'
import { seeded } from '../patches/seeded.js'

interface Canary {
  id: string
  fileId: string
  filename: string
  content: string
  /** A signed URL that was issued earlier. */
  link?: string
}

/** A tenant with the canaries that were put into it. */
export interface Cage {
  index: number
  tenant: TestTenant
  canaries: Canary[]
}

export interface Report {
  operations: number
  /** 503 answers to operations that met a killed backend. */
  unavailable: number
  links: number
  problems: string[]
}

/** One in this many contents is the same in every tenant. */
const SHARED = 4
const MARK = /canary-(\d+)-/g

/**
 * A client who is an admin of every tenant, so that no missing right hides a request that reaches the wrong tenant.
 * @param download fetches a URL of the API with the client's token
 */
export function createKeeper(
  client: UserClient,
  cages: Cage[],
  download: (url: string) => Promise<Response> = (url) =>
    fetch(url, { headers: { authorization: `Bearer ${client.token}` } })
) {
  const report: Report = { operations: 0, unavailable: 0, links: 0, problems: [] }
  const homes = new Map<string, number>()

  function look(cage: Cage, what: string, text: string): void {
    const problem = (found: string) =>
      report.problems.push(`${what} of tenant ${cage.index} shows ${found}: ${text.slice(0, 300)}`)
    for (const [mark, index] of text.matchAll(MARK)) if (Number(index) !== cage.index) problem(mark)
    for (const [id] of text.matchAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g)) {
      const home = homes.get(id)
      if (home !== undefined && home !== cage.index) problem(id)
    }
  }

  /** Whether an operation succeeded; false also if it met a killed backend, which is no problem. */
  function passed(cage: Cage, what: string, { status, body }: Answer<unknown>, expected: number[]): boolean {
    look(cage, what, JSON.stringify(body))
    if (status === 503) report.unavailable += 1
    else if (!expected.includes(status))
      report.problems.push(`${what} of tenant ${cage.index}: ${status} ${JSON.stringify(body)}`)
    return status !== 503 && status < 300
  }

  async function fetchLink(cage: Cage, canary: Canary, link: string): Promise<void> {
    const response = await fetch(link)
    const text = await response.text()
    report.links += 1
    look(cage, 'a link', text)
    if (response.status === 200 && text !== canary.content)
      report.problems.push(`the link of ${canary.filename} gives ${text.slice(0, 100)}`)
  }

  const operations: Record<string, (cage: Cage, at: (cage: Cage) => string, pick: Picks) => Promise<void>> = {
    async upload(cage, _at, { number }) {
      const filename = `canary-${cage.index}-${number}.txt`
      const content = number % SHARED === 0 ? `shared ${number % 7}` : `canary-${cage.index}-${number}`
      const answer = await client.upload(cage.tenant.id, content, { filename })
      if (!passed(cage, 'an upload', answer, [201])) return
      const { id, file_id: fileId } = answer.body.data
      for (const owned of [id, fileId]) homes.set(owned, cage.index)
      look(cage, 'an upload', JSON.stringify(answer.body))
      cage.canaries.push({ id, fileId, filename, content })
    },
    async list(cage, at, { number }) {
      const query = ['', '?filename=canary', '?sort=filename&per_page=5', '?page=2&per_page=5'][number % 4]
      const answer = await client.get<Page<TestDocument>>(`${at(cage)}/documents${query}`)
      passed(cage, 'a list', answer, [200])
    },
    async files(cage, at) {
      passed(cage, 'the files', await client.get<Page<TestFile>>(`${at(cage)}/files?per_page=100`), [200])
    },
    async get(cage, at, { canary }) {
      if (canary === undefined) return
      const answer = await client.get<TestDocument>(`${at(cage)}/documents/${canary.id}`)
      // Another operation may have deleted it meanwhile.
      if (passed(cage, 'a document', answer, [200, 404]) && answer.body.data.file_id !== canary.fileId)
        report.problems.push(`${canary.filename} has the wrong file`)
    },
    async content(cage, at, { canary }) {
      if (canary !== undefined)
        await fetchContent(cage, canary, `${client.url}${at(cage)}/documents/${canary.id}/content`)
    },
    async link(cage, at, { canary }) {
      if (canary === undefined) return
      const path = `${at(cage)}/documents/${canary.id}/download?redirect=false`
      const answer = await client.get<{ url: string }>(path)
      if (!passed(cage, 'a download', answer, [200, 404])) return
      canary.link = answer.body.data.url
      await fetchLink(cage, canary, canary.link)
    },
    async oldLink(cage, _at, { canary }) {
      if (canary?.link !== undefined) await fetchLink(cage, canary, canary.link)
    },
    async rename(cage, at, { canary, number }) {
      if (canary === undefined) return
      const filename = `canary-${cage.index}-renamed-${number}.txt`
      const path = `${at(cage)}/documents/${canary.id}`
      passed(cage, 'a change', await client.send('PUT', path, { filename }), [200, 404])
    },
    async remove(cage, at, { canary }) {
      if (canary === undefined) return
      cage.canaries.splice(cage.canaries.indexOf(canary), 1)
      passed(cage, 'a deletion', await client.delete(`${at(cage)}/documents/${canary.id}`), [200, 404])
    },
    async foreign(cage, at, { neighbour }) {
      const foreign = neighbour.canaries.at(-1)
      if (foreign === undefined || neighbour === cage) return
      const paths = [`documents/${foreign.id}`, `documents/${foreign.id}/download`, `files/${foreign.fileId}`]
      for (const path of paths) passed(cage, 'a neighbour', await client.get(`${at(cage)}/${path}`), [404])
    },
    async usage(cage, at) {
      passed(cage, 'the usage', await client.get(`${at(cage)}/usage`), [200])
    }
  }

  async function fetchContent(cage: Cage, canary: Canary, url: string): Promise<void> {
    const response = await download(url)
    const text = await response.text()
    look(cage, 'a content', text)
    if (response.status === 503) report.unavailable += 1
    else if (response.status === 200 ? text !== canary.content : response.status !== 404)
      report.problems.push(`the content of ${canary.filename}: ${response.status} ${text.slice(0, 100)}`)
  }

  const names = Object.keys(operations)
  return {
    report,
    /** Performs the operation with this number, which the seed decides. */
    async perform(seed: number, number: number): Promise<void> {
      const random = seeded(seed + number * 7919)
      random.below(2)
      // Half of the operations go to a few tenants, so that pools are both hit and missed.
      const hot = Math.max(1, Math.floor(cages.length / 12))
      const cage = cages[random.below(random.below(2) === 0 ? cages.length : hot)] as Cage
      const pick = {
        number,
        canary: cage.canaries.length > 0 ? random.oneOf(cage.canaries) : undefined,
        neighbour: random.oneOf(cages)
      }
      const few = cage.canaries.length < 3
      const name = few ? 'upload' : random.oneOf(names)
      report.operations += 1
      await operations[name]?.(cage, ({ tenant }) => `/api/tenants/${tenant.id}`, pick)
    }
  }
}

interface Picks {
  number: number
  canary: Canary | undefined
  neighbour: Cage
}
