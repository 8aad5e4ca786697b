import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '../helpers/api.js'

interface Feed {
  items: { position: number; event_type: string; data: { document_id?: string; id?: string } }[]
  next_cursor: string | null
}

/** Reads a tenant's feed from its beginning, page by page, whatever happens to the tenant. */
export function followFeed(client: Client, tenantId: string) {
  const uploads = new Map<string, number>()
  const failures: string[] = []
  let [stopped, position, after] = [false, 0, '']

  async function readOn(): Promise<number> {
    const query = after === '' ? '' : `&after=${encodeURIComponent(after)}`
    const { status, body } = await client.get<Feed>(`/api/tenants/${tenantId}/events?limit=500${query}`)
    if (status !== 200) {
      failures.push(`feed ${status} ${body.error.code}`)
      return 0
    }
    for (const event of body.data.items) {
      // Positions may be skipped: some events are shown to auditors only.
      if (event.position <= position) failures.push(`${event.position} after ${position}`)
      position = event.position
      if (event.event_type !== 'document.uploaded') continue
      const id = String(event.data.document_id)
      uploads.set(id, (uploads.get(id) ?? 0) + 1)
    }
    after = body.data.next_cursor ?? after
    return body.data.items.length
  }

  const running = (async () => {
    while (!stopped) if ((await readOn()) === 0) await delay(100)
  })()
  return {
    /** How often the upload of each document was announced. */
    uploads,
    failures,
    async stop(): Promise<void> {
      stopped = true
      await running
    },
    readOn
  }
}
