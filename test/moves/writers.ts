import { createHash, randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client, TestDocument, TestTenant } from '../helpers/api.js'
import { seeded } from '../patches/seeded.js'

/** What the API told a writer about one document. */
interface Written {
  id: string
  name: string
  content: string
  state: 'there' | 'deleted'
}

/** A tenant's clients, which write until they are stopped and record what they were told. */
export interface Writers {
  /** Every failed answer, such as "POST 503 CODE". */
  failures: string[]
  writes: () => number
  /** The longest answer, in milliseconds. */
  slowest: () => number
  stop: () => Promise<Written[]>
}

/** @param pauseMs between two writes of one client */
export function startWriters(
  client: Client,
  tenant: TestTenant,
  { clients, pauseMs, seed }: { clients: number; pauseMs: number; seed: number }
): Writers {
  const failures: string[] = []
  const documents: Written[] = []
  let [writes, slowest, stopped] = [0, 0, false]
  const path = `/api/tenants/${tenant.id}/documents`

  async function timed<A extends { status: number; body: { error?: { code: string } } }>(
    what: string,
    request: Promise<A>
  ): Promise<A | undefined> {
    const start = performance.now()
    const answer = await request
    slowest = Math.max(slowest, performance.now() - start)
    if (answer.status < 300) {
      writes += 1
      return answer
    }
    failures.push(`${what} ${answer.status} ${answer.body.error?.code ?? ''}`)
    return undefined
  }

  async function write(n: number): Promise<void> {
    const random = seeded(seed * 100 + n)
    const mine: Written[] = []
    while (!stopped) {
      const there = mine.filter(({ state }) => state === 'there')
      const one = there.length > 3 ? random.oneOf(there) : undefined
      const choice = random.below(10)
      if (one === undefined || choice < 5) {
        const [name, content] = [`${randomUUID()}.txt`, `content ${randomUUID()}`]
        const answer = await timed('POST', client.upload(tenant.id, content, {}, { name }))
        if (answer !== undefined) {
          const written: Written = { id: answer.body.data.id, name, content, state: 'there' }
          mine.push(written)
          documents.push(written)
        }
      } else if (choice < 7) {
        const name = `${randomUUID()}.md`
        if (await timed('PUT', client.send('PUT', `${path}/${one.id}`, { filename: name }))) one.name = name
      } else if (choice < 8) {
        if (await timed('DELETE', client.delete(`${path}/${one.id}`))) one.state = 'deleted'
      } else {
        const read = await timed('GET', client.get<TestDocument>(`${path}/${one.id}`))
        if (read && read.body.data.filename !== one.name) failures.push(`${one.id} had an old name`)
        await timed('GET', client.get(`${path}?per_page=20`))
      }
      await delay(pauseMs)
    }
  }

  const running = Promise.all(Array.from({ length: clients }, (_, n) => write(n)))
  return {
    failures,
    writes: () => writes,
    slowest: () => slowest,
    async stop() {
      stopped = true
      await running
      return documents
    }
  }
}

/** Asserts that every document is as its writer was told, and that there are `others` more. */
export async function checkDocuments(
  t: Test,
  client: Client,
  tenant: TestTenant,
  written: readonly Written[],
  others: number
): Promise<void> {
  const path = `/api/tenants/${tenant.id}/documents`
  let wrong = 0
  for (const { id, name, content, state } of written) {
    const { status, body } = await client.get<TestDocument>(`${path}/${id}`)
    const isRight =
      state === 'deleted'
        ? status === 404
        : status === 200 &&
          body.data.filename === name &&
          body.data.file.sha256 === createHash('sha256').update(content).digest('hex')
    if (!isRight) wrong += 1
  }
  t.equal(wrong, 0, `${written.length} documents are as written`)
  const { body } = await client.get<{ documents: number }>(`/api/tenants/${tenant.id}/usage`)
  const there = written.filter(({ state }) => state === 'there').length
  t.equal(body.data.documents, there + others, 'no document is lost or duplicated')
}
