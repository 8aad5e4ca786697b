import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { createWebhook } from './create-webhook.js'
import { deleteWebhook } from './delete-webhook.js'
import { getWebhook } from './get-webhook.js'
import { listWebhookDeliveries } from './list-deliveries.js'
import { listWebhooks } from './list-webhooks.js'
import { recoverWebhook } from './recover-webhook.js'
import { redeliverEvent } from './redeliver-event.js'
import { rotateWebhookSecret } from './rotate-secret.js'
import { testWebhook } from './test-webhook.js'
import { updateWebhook } from './update-webhook.js'

/** The webhooks of a tenant. */
export const webhookRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(listWebhooks)
  await app.register(createWebhook)
  await app.register(getWebhook)
  await app.register(updateWebhook)
  await app.register(deleteWebhook)
  await app.register(rotateWebhookSecret)
  await app.register(testWebhook)
  await app.register(recoverWebhook)
  await app.register(listWebhookDeliveries)
  await app.register(redeliverEvent)
}
