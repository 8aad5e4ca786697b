import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createTenant } from '../installation.js'
import type { OurServer } from './contenders.js'

/** Settings with which the API and the worker accept receivers on this machine. */
export const LOCAL_WEBHOOKS = {
  WEBHOOK_ALLOW_HTTP: 'true',
  WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8'
}

export interface WebhookTenant {
  id: string
  database_name: string
}

/** A receiver on a free port of this machine. */
export async function listen(
  answer: (response: ServerResponse, body: string) => void
): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    // If the connection breaks, the sender handles it.
    void text(request).then(
      (body) => answer(response, body),
      () => undefined
    )
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close()
      server.closeAllConnections()
    }
  }
}

/** Creates a tenant with a webhook to that URL. */
export async function createWebhook(ours: OurServer, url: string): Promise<WebhookTenant> {
  const tenant = await createTenant(ours.url, ours.token)
  const answer = await fetch(`${ours.url}/api/tenants/${tenant.id}/webhooks`, {
    method: 'POST',
    headers: { ...ours.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ url })
  })
  if (!answer.ok) throw new Error(await answer.text())
  return tenant
}
