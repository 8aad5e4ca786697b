import { asc, eq, gt, sql } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { prepared, query, type Named } from '../statement.js'
import { hostOf } from './webhook-audit.js'
import { webhookEndpoints } from './schema.js'

const { id, tenant_id, url, enabled, disabled_reason, failures, failing_since } = webhookEndpoints
const columns = {
  ...{ id, tenant_id, enabled, disabled_reason, failures, failing_since },
  host: sql<string>`${hostOf(url)}`.as('host')
}

/** An endpoint as operators see it: without the path of its URL, which may hold a secret. */
export interface OverseenWebhook {
  id: string
  tenant_id: string
  host: string
  enabled: boolean
  disabled_reason: string | null
  failures: number
  failing_since: string | null
}

/** The webhooks of all tenants, for commands. */
export function createWebhookOverview({ sql: client }: DatabaseClient) {
  const find = prepared(client, (named: Named<{ id: string }>) =>
    query.select(columns).from(webhookEndpoints).where(eq(id, named.id))
  )
  const listAfter = prepared(client, (named: Named<{ after: string; limit: number }>) =>
    query
      .select(columns)
      .from(webhookEndpoints)
      .where(gt(id, named.after))
      .orderBy(asc(id))
      .limit(named.limit)
  )
  return {
    async find(endpointId: string): Promise<OverseenWebhook | null> {
      const [row] = await find({ id: endpointId })
      return row ?? null
    },
    /** In the order of their ids, in pages. */
    listAfter: (after: string, limit: number): Promise<OverseenWebhook[]> => listAfter({ after, limit })
  }
}
