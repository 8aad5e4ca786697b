import { randomUUID } from 'node:crypto'
import { cursorExpired } from '../../../core/event-cursor.js'
import { AppError } from '../../../core/errors.js'
import { atMostCharacters } from '../../../core/validation/sentences.js'
import { MAX_URL_LENGTH } from '../../../core/webhooks.js'
import type { Actor } from '../../../db/actor.js'
import type {
  EndpointChanges,
  WebhookEndpoint,
  WebhookEndpointRepository
} from '../../../db/main/webhook-endpoints-repository.js'
import type { Delivery, DeliveryState } from '../../../db/tenant/webhook-deliveries-repository.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import type { Sealing } from '../../../plugins/sealing.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import type { PageNumber, PageOf } from '../lists/page.js'
import { createWebhookSecret } from './signature.js'

export interface WebhookServiceDependencies {
  endpoints: WebhookEndpointRepository
  router: Router
  outboxes: Pick<Outboxes, 'recordMain'>
  sealing: Sealing
  /** Seconds for which events are kept. */
  eventRetention: number
  /** Why events cannot be sent to a URL; null if they can. */
  problemOfTarget: (url: URL) => string | null
}

export interface WebhookRequest {
  url: string
  event_types?: string[] | null
  description?: string | null
}

/** A webhook with its secret, which is shown only in this answer. */
export type WithSecret = WebhookEndpoint & { secret: string }

export type WebhookService = ReturnType<typeof createWebhookService>

/** The webhooks of a tenant, as its admins manage them. The worker delivers: see `dispatcher.ts`. */
export function createWebhookService(dependencies: WebhookServiceDependencies) {
  const { endpoints, router, outboxes, sealing, eventRetention, problemOfTarget } = dependencies

  /** @throws {AppError} URL_REFUSED */
  function checkedUrl(text: string): string {
    const problem = problemOfUrl(text)
    if (problem !== null)
      throw new AppError('URL_REFUSED', { details: [{ field: '/url', message: problem }] })
    return new URL(text).href
  }

  function problemOfUrl(text: string): string | null {
    if (!URL.canParse(text)) return 'is not a valid URL'
    const url = new URL(text)
    // Percent-encoding may have made it longer.
    return url.href.length > MAX_URL_LENGTH ? atMostCharacters(MAX_URL_LENGTH) : problemOfTarget(url)
  }

  async function find(tenant: TenantRef, endpointId: string): Promise<WebhookEndpoint> {
    return found(await endpoints.find(tenant.id, endpointId))
  }

  return {
    list: (tenant: TenantRef, page: PageNumber): Promise<PageOf<WebhookEndpoint>> =>
      endpoints.list(tenant.id, page),

    /** @throws {AppError} WEBHOOK_NOT_FOUND */
    find,

    /**
     * Creates a webhook, which gets the events from now on.
     * @throws {AppError} URL_REFUSED, TOO_MANY_WEBHOOKS
     */
    async create(tenant: TenantRef, given: WebhookRequest, actor: Actor): Promise<WithSecret> {
      const url = checkedUrl(given.url)
      const id = randomUUID()
      const secret = createWebhookSecret()
      const { epoch, last } = await router.withTenant(tenant, (store) => store.webhookDeliveries.logState())
      const endpoint = {
        ...{ id, url, sealed: sealing.seal(secret, id), cursor: last, epoch },
        event_types: distinct(given.event_types) ?? null,
        description: given.description ?? null
      }
      const created = await outboxes.recordMain(() => endpoints.insert(tenant.id, endpoint, actor))
      if (created.outcome === 'too many') throw new AppError('TOO_MANY_WEBHOOKS')
      return { ...created.endpoint, secret }
    },

    /**
     * Omitted fields stay unchanged. A webhook that was failing is tried again at once.
     * @throws {AppError} WEBHOOK_NOT_FOUND, URL_REFUSED
     */
    async update(
      tenant: TenantRef,
      endpointId: string,
      given: EndpointChanges,
      actor: Actor
    ): Promise<WebhookEndpoint> {
      const changes = {
        ...given,
        url: given.url === undefined ? undefined : checkedUrl(given.url),
        event_types: distinct(given.event_types)
      }
      return found(await outboxes.recordMain(() => endpoints.update(tenant.id, endpointId, changes, actor)))
    },

    /** @throws {AppError} WEBHOOK_NOT_FOUND */
    async remove(tenant: TenantRef, endpointId: string, actor: Actor): Promise<void> {
      const { outcome } = await outboxes.recordMain(() => endpoints.remove(tenant.id, endpointId, actor))
      if (outcome === 'missing') throw new AppError('WEBHOOK_NOT_FOUND')
    },

    /**
     * Creates a new secret. For a day, messages are also signed with the previous one.
     * @throws {AppError} WEBHOOK_NOT_FOUND
     */
    async rotate(tenant: TenantRef, endpointId: string, actor: Actor): Promise<WithSecret> {
      const secret = createWebhookSecret()
      const sealed = sealing.seal(secret, endpointId.toLowerCase())
      const rotated = await outboxes.recordMain(() => endpoints.rotate(tenant.id, endpointId, sealed, actor))
      return { ...found(rotated), secret }
    },

    /**
     * Sends all events again that were logged since a moment, delivered or not.
     * @param since RFC 3339
     * @throws {AppError} WEBHOOK_NOT_FOUND; CURSOR_EXPIRED if not everything since then is kept
     */
    async recover(tenant: TenantRef, endpointId: string, since: string, actor: Actor): Promise<void> {
      await find(tenant, endpointId)
      const { epoch, pruned, cursor } = await router.withTenant(tenant, (store) =>
        store.webhookDeliveries.cursorBefore(since, eventRetention)
      )
      if (cursor === null) throw cursorExpired({ epoch, position: pruned })
      const place = { cursor, epoch }
      const { outcome } = await outboxes.recordMain(() =>
        endpoints.recover(tenant.id, endpointId, place, actor)
      )
      if (outcome === 'missing') throw new AppError('WEBHOOK_NOT_FOUND')
    },

    /** The deliveries of a webhook, newest first. @throws {AppError} WEBHOOK_NOT_FOUND */
    async deliveries(
      tenant: TenantRef,
      endpointId: string,
      query: PageNumber & { state?: DeliveryState | undefined }
    ): Promise<PageOf<Delivery> & { totalCapped: boolean }> {
      const { id } = await find(tenant, endpointId)
      const { state = null, ...page } = query
      return router.withTenant(tenant, (store) => store.webhookDeliveries.list(id, { state, ...page }))
    },

    /**
     * Sends an event again soon, whether or not it was delivered before.
     * @throws {AppError} WEBHOOK_NOT_FOUND; DELIVERY_NOT_FOUND if it was never tried, or is no longer kept
     */
    async redeliver(tenant: TenantRef, endpointId: string, eventId: string): Promise<void> {
      const { id } = await find(tenant, endpointId)
      const { outcome } = await router.withTenant(tenant, (store) =>
        store.webhookDeliveries.again(id, eventId)
      )
      if (outcome === 'missing') throw new AppError('DELIVERY_NOT_FOUND')
      await endpoints.hasten(tenant.id, id)
    }
  }
}

/** @throws {AppError} WEBHOOK_NOT_FOUND */
function found<Endpoint>(endpoint: Endpoint | null): Endpoint {
  if (endpoint === null) throw new AppError('WEBHOOK_NOT_FOUND')
  return endpoint
}

const distinct = (types: string[] | null | undefined) => types && [...new Set(types)]
