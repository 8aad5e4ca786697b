import { setTimeout as delay } from 'node:timers/promises'
import { createTenant, signUp, type TestDocument, type TestTenant, type UserClient } from '../helpers/api.js'
import { seeded } from '../patches/seeded.js'

const ANSWER_MS = 20_000
/** A client's longest pause before its next request, so that kills stress the system, not the load. */
const PAUSE_MS = 100
/** Contents that several documents share, so that files outlive some of their documents. */
const SHARED_CONTENTS = 5
/** With this many documents, a deletion is as likely as an upload. */
const ENOUGH_DOCUMENTS = 10

/** One tenant, with one client that uploads and deletes documents one by one while processes are killed. */
export interface TenantLoad {
  tenant: TestTenant
  /** Acknowledged documents that the client has not tried to delete. */
  documents: Map<string, { fileId: string; path: string; content: string }>
  /** Documents whose deletion the API has acknowledged. */
  deleted: Set<string>
  /** Answered requests, and requests with an unknown outcome, because the API was killed. */
  counts: { acknowledged: number; unknown: number }
  run(stop: AbortSignal): Promise<void>
}

/** @param url returns the API's current address */
export async function createTenantLoad(seed: number, url: () => string): Promise<TenantLoad> {
  const random = seeded(seed)
  const user = await signUp(url(), `crash${seed}`)
  const tenant = await createTenant(user, `Crash ${seed}`)
  const load: TenantLoad = {
    tenant,
    documents: new Map(),
    deleted: new Set(),
    counts: { acknowledged: 0, unknown: 0 },
    async run(stop) {
      while (!stop.aborted) {
        // The API has another port after every start.
        Object.assign(user, { url: url() })
        const removing = load.documents.size > random.below(2 * ENOUGH_DOCUMENTS)
        const done = await (removing ? remove() : upload()).catch(() => undefined)
        load.counts[done === undefined ? 'unknown' : 'acknowledged']++
        await delay(random.below(PAUSE_MS))
      }
    }
  }

  async function upload(): Promise<true | undefined> {
    const shared = random.below(2) === 0
    const content = shared
      ? `shared ${random.below(SHARED_CONTENTS)}`
      : `own ${seed} ${random.below(2 ** 31)}`
    const answer = await request<TestDocument>(user, 'POST', `/documents?filename=crash.txt`, content)
    if (answer.status !== 201) return undefined
    const { id, file_id: fileId, file } = answer.body.data
    load.documents.set(id, { fileId, path: file.s3_path, content })
    return true
  }

  async function remove(): Promise<true | undefined> {
    const id = random.oneOf([...load.documents.keys()])
    // From here on it may be deleted, even if no answer arrives.
    load.documents.delete(id)
    const { status } = await request(user, 'DELETE', `/documents/${id}`)
    if (status !== 200) return undefined
    load.deleted.add(id)
    return true
  }

  const request = <Data>(client: UserClient, method: string, path: string, body?: string) =>
    client.request<Data>(method, `/api/tenants/${tenant.id}${path}`, {
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body !== undefined && { body, headers: { 'content-type': 'text/plain' } })
    })

  return load
}
