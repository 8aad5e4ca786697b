import { randomUUID } from 'node:crypto'
import { AppError } from '../../../core/errors.js'
import type { Actor } from '../../../db/actor.js'
import type { WebhookEndpointRepository } from '../../../db/main/webhook-endpoints-repository.js'
import type { OutboundClient } from '../../../plugins/outbound/client.js'
import type { Sealing } from '../../../plugins/sealing.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import { messageOf } from './message.js'
import { unsealSecrets } from './secrets.js'

export const TEST_EVENT = 'webhook.test'

export interface TestDeliveryDependencies {
  endpoints: Pick<WebhookEndpointRepository, 'findSealed'>
  client: Pick<OutboundClient, 'post'>
  sealing: Sealing
}

/** The outcome of a test. */
export interface TestResult {
  event_id: string
  delivered: boolean
  status: number | null
  error: string | null
  duration_ms: number
  response: string | null
}

/** Maximum concurrent tests, each of which may take ten seconds: per process, and per tenant. */
const AT_ONCE = 16
const OF_TENANT = 2

export type TestDelivery = ReturnType<typeof createTestDelivery>

/** Sends a test event to an endpoint while the caller waits. It is in no log, so nothing is recorded or retried. */
export function createTestDelivery({ endpoints, client, sealing }: TestDeliveryDependencies) {
  /** The tenants of running tests. */
  const running: string[] = []

  /** @throws {AppError} WEBHOOK_NOT_FOUND; TOO_MANY_REQUESTS while too many tests are running */
  return async (tenant: TenantRef, endpointId: string, { userId }: Actor): Promise<TestResult> => {
    const sealed = await endpoints.findSealed(tenant.id, endpointId)
    if (sealed === null) throw new AppError('WEBHOOK_NOT_FOUND')
    if (running.length >= AT_ONCE || running.filter((id) => id === tenant.id).length >= OF_TENANT)
      throw new AppError('TOO_MANY_REQUESTS', { retryAfter: 5 })
    const event = {
      ...{ position: null, event_id: randomUUID(), event_type: TEST_EVENT },
      ...{ tenant_id: tenant.id, user_id: userId, timestamp: new Date().toISOString() },
      data: { webhook_id: endpointId.toLowerCase() }
    }
    const { headers, body } = messageOf(event, unsealSecrets(sealing, endpointId.toLowerCase(), sealed))
    const start = performance.now()
    running.push(tenant.id)
    try {
      const answer = await client.post(sealed.url, headers, body)
      const delivered = answer.status !== null && answer.status >= 200 && answer.status < 300
      return {
        ...{ event_id: event.event_id, delivered, status: answer.status },
        error: answer.status === null ? answer.error : null,
        duration_ms: Math.round(performance.now() - start),
        response: answer.status === null ? null : answer.body
      }
    } finally {
      running.splice(running.indexOf(tenant.id), 1)
    }
  }
}
