import { sql, type SQLWrapper } from 'drizzle-orm'
import type { Actor } from '../actor.js'
import { jsonObject, query, type Named } from '../statement.js'
import { auditInMain } from './audit-in-main.js'

/** Host and port of a URL. */
export const hostOf = (url: SQLWrapper) => sql`substring(${url} from '^[a-z]+://([^/?#]+)')`

type WebhookAction = 'created' | 'updated' | 'deleted' | 'secret_rotated' | 'recovered' | 'disabled'
type Source = SQLWrapper & Record<'id' | 'tenant_id' | 'url', SQLWrapper>

/**
 * The CTE that writes an audit entry for every endpoint in the CTE `source`.
 * @param by the actor; the system itself by default
 * @param details further details of the entry
 */
export const webhookEvent = (
  action: WebhookAction,
  source: Source,
  by?: Named<Actor>,
  details: Record<string, SQLWrapper> = {}
) =>
  query.$with('event', {}).as(
    auditInMain(
      {
        action: sql`${sql.raw(`'webhook.${action}'`)}`,
        tenantId: source.tenant_id,
        ...(by && { userId: by.userId, ip: by.ip, onBehalfOf: by.onBehalfOf }),
        ...{ targetType: 'webhook', targetId: source.id },
        // Not the whole URL: its path may contain a secret of the receiver.
        details: jsonObject({ host: hostOf(source.url), ...details })
      },
      source
    )
  )
