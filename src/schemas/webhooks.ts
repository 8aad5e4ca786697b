import { Type } from '@sinclair/typebox'
import { TENANT_EVENTS, WORK_EVENTS } from '../../core/events.js'
import { AskedMoment, Id, idOf, Moment } from '../../core/formats.js'
import { patternSaying } from '../../core/validation/patterns.js'
import { MAX_URL_LENGTH } from '../../core/webhooks.js'
import { PageQuery } from './pagination.js'
import { TenantParams } from './tenants.js'

/** The types of events in a tenant's own log that readers get. */
const TYPES = TENANT_EVENTS.filter((type) => !WORK_EVENTS.includes(type))
/** Characters. */
const MAX_DESCRIPTION_LENGTH = 255

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(
  schema: T,
  said: { description: string; examples: unknown[] }
) => Type.Union([schema, Type.Null()], said)

const Url = Type.String({
  minLength: 1,
  maxLength: MAX_URL_LENGTH,
  pattern: patternSaying(
    /^[hH][tT][tT][pP][sS]?:\/\/[^\s\u0000]+$/u,
    'must be a URL that starts with https://'
  ),
  description:
    'Where events are sent with POST: https, a public address, and port 443, 80, or one from 1024. Redirects are not followed',
  examples: ['https://app.example.com/hooks/strongroom']
})
const AskedTypes = Type.Union(
  [
    Type.Array(
      Type.Union(
        TYPES.map((type) => Type.Literal(type)),
        { title: 'WebhookEventType' }
      ),
      {
        minItems: 1,
        maxItems: TYPES.length
      }
    ),
    Type.Null()
  ],
  { description: 'Which events are sent; null: all', examples: [['document.uploaded']] }
)
const AskedDescription = orNull(
  Type.String({ minLength: 1, maxLength: MAX_DESCRIPTION_LENGTH, format: 'text' }),
  { description: 'A note for people', examples: ['Invoices to accounting'] }
)

export const CreateWebhook = Type.Object(
  {
    url: Url,
    event_types: Type.Optional(AskedTypes),
    description: Type.Optional(AskedDescription)
  },
  { additionalProperties: false, title: 'CreateWebhookRequest' }
)
export const UpdateWebhook = Type.Object(
  {
    url: Type.Optional(Url),
    event_types: Type.Optional(AskedTypes),
    description: Type.Optional(AskedDescription),
    enabled: Type.Optional(
      Type.Boolean({
        description: 'Send false to stop deliveries, and true to continue where they stopped',
        examples: [true]
      })
    )
  },
  { additionalProperties: false, title: 'UpdateWebhookRequest' }
)

const webhookProperties = {
  id: Id,
  url: Type.String({ examples: ['https://app.example.com/hooks/strongroom'] }),
  event_types: orNull(Type.Array(Type.String()), {
    description: 'Which events are sent; null: all',
    examples: [['document.uploaded']]
  }),
  description: orNull(Type.String(), {
    description: 'A note for people',
    examples: ['Invoices to accounting']
  }),
  enabled: Type.Boolean({ description: 'Whether events are sent', examples: [true] }),
  disabled_reason: orNull(Type.String(), {
    description:
      'Why the server disabled it. `gone`: the receiver answered 410. `failing`: every attempt failed for five days',
    examples: ['failing']
  }),
  failing_since: orNull(Moment, {
    description: 'When the attempts began to fail; null: the last attempt succeeded',
    examples: ['2026-01-31T09:30:00.000Z']
  }),
  previous_until: orNull(Moment, {
    description: 'Until then, messages are also signed with the previous secret; null: there was none',
    examples: ['2026-01-31T09:30:00.000Z']
  }),
  created_by: orNull(Id, {
    description: 'The account that created it',
    examples: ['5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11']
  }),
  created_at: Moment,
  updated_at: Moment
}

export const Webhook = Type.Object(webhookProperties, { title: 'Webhook' })
export const NewWebhook = Type.Object(
  {
    ...webhookProperties,
    secret: Type.String({
      description: 'Verifies the signatures (Standard Webhooks). You get it only in this answer',
      examples: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD']
    })
  },
  { title: 'NewWebhook' }
)

export const RecoverWebhook = Type.Object(
  { since: { ...AskedMoment, description: 'Events logged at or after this time are sent again' } },
  { additionalProperties: false, title: 'RecoverWebhookRequest' }
)

const attemptProperties = {
  status: orNull(Type.Integer(), {
    description: 'The HTTP status; null: there was no answer',
    examples: [200]
  }),
  error: orNull(Type.String(), {
    description: 'Why there was no answer',
    examples: ['the connection was refused']
  }),
  response: orNull(Type.String(), {
    description: 'The first kilobyte of the answer; always null if the operator has allowed private networks',
    examples: ['ok']
  })
}

export const WebhookTest = Type.Object(
  {
    event_id: Id,
    delivered: Type.Boolean({ description: 'Whether the answer was 2xx', examples: [true] }),
    ...attemptProperties,
    duration_ms: Type.Integer({ description: 'Milliseconds that the attempt took', examples: [82] })
  },
  { title: 'WebhookTest' }
)

const STATES = [Type.Literal('waiting'), Type.Literal('delivered'), Type.Literal('failed')]
const DeliveryState = Type.Union(STATES, {
  title: 'WebhookDeliveryState',
  description:
    '`waiting`: an attempt failed, and another follows. `delivered`: the answer was 2xx. `failed`: there are no more attempts'
})

export const WebhookDelivery = Type.Object(
  {
    event_id: Id,
    event_type: orNull(Type.String(), {
      description: 'Null: the event is no longer kept',
      examples: ['document.uploaded']
    }),
    position: Type.Integer({
      description: 'The position of the event in the log of the tenant',
      examples: [18]
    }),
    state: DeliveryState,
    attempts: Type.Integer({ examples: [1] }),
    due_at: orNull(Moment, {
      description: 'When the next attempt is due; null: there is none',
      examples: ['2026-01-31T09:30:00.000Z']
    }),
    ...attemptProperties,
    duration_ms: orNull(Type.Integer(), {
      description: 'Milliseconds that the last attempt took',
      examples: [82]
    }),
    updated_at: Moment
  },
  { title: 'WebhookDelivery' }
)

export const DeliveryQuery = Type.Object({
  ...PageQuery,
  state: Type.Optional(
    Type.Union(STATES, { title: 'WebhookDeliveryFilter', description: 'Only deliveries in this state' })
  )
})

export const WebhookParams = Type.Object({
  ...TenantParams.properties,
  webhook_id: idOf('The id of the webhook')
})
export const DeliveryParams = Type.Object({
  ...WebhookParams.properties,
  event_id: idOf('The id of the event')
})
