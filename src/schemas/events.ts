import { Type } from '@sinclair/typebox'
import { EVENT_DATA, WORK_EVENTS } from '../../core/events.js'
import { Id, Moment } from '../../core/formats.js'
import { patternSaying } from '../../core/validation/patterns.js'

const TYPES = Object.keys(EVENT_DATA).filter((type) => !WORK_EVENTS.includes(type))

/** One or more of the types. */
const LIST_OF_TYPES = patternSaying(
  /^(?:tenant\.(?:created|deleted|exported|restored)|document\.(?:uploaded|updated|deleted)|user\.deleted|audit\.log)(?:,(?:tenant\.(?:created|deleted|exported|restored)|document\.(?:uploaded|updated|deleted)|user\.deleted|audit\.log))*$/u,
  `must be types of events, separated by commas: ${TYPES.join(', ')}`
)

const Cursor = Type.String({ examples: ['NWI3YzJhNTItNmYwYy00YzJlLTlmMGUtM2Y0YThkMWM3ZTExOjE4'] })

/** An event as readers get it: like the Kafka message, plus where it is in its log. */
export const LoggedEvent = Type.Object(
  {
    cursor: { ...Cursor, description: 'Send it as `after` to continue after this event' },
    position: Type.Integer({
      description: 'The number of the event in its log, from 1; events that you may not see are counted too',
      examples: [18]
    }),
    event_id: Id,
    event_type: Type.String({
      description: 'What happened. Types may be added, so ignore those that you do not know',
      examples: ['document.uploaded']
    }),
    tenant_id: Type.Union([Id, Type.Null()], {
      description: 'The tenant; null if it concerns none',
      examples: ['0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a']
    }),
    user_id: Type.Union([Id, Type.Null()], {
      description: 'The account that caused it; null: an operator, or the system itself',
      examples: ['5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11']
    }),
    timestamp: Moment,
    data: Type.Record(Type.String(), Type.Unknown(), {
      description: 'The fields depend on the type; new ones may be added',
      examples: [{ document_id: '9d2f7c61-8f6b-4d0e-a1c7-2b5e8f3a6d90', filename: 'report 2026.pdf' }]
    })
  },
  { title: 'LoggedEvent' }
)

export const EventPage = Type.Object(
  {
    items: Type.Array(LoggedEvent),
    next_cursor: {
      ...Cursor,
      description:
        'Send it as `after` next time, even if there are no items: it skips events that were filtered out'
    },
    has_more: Type.Boolean({
      description: 'Whether the log has more events now; if so, ask again at once',
      examples: [false]
    })
  },
  { title: 'EventPage', description: 'Some events, in the order in which they happened' }
)

const Query = {
  after: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      format: 'text',
      description:
        'A cursor: only events after it. `latest`: only events after this request. Without it, you get events from the oldest that is kept',
      examples: ['latest']
    })
  ),
  types: Type.Optional(
    Type.String({
      maxLength: 500,
      pattern: LIST_OF_TYPES,
      description: 'Only events of these types, separated by commas',
      examples: ['document.uploaded,document.deleted']
    })
  )
}

export const StreamQuery = Type.Object(Query)
export const StreamHeaders = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        'For a client that reconnects: the last `id` that it received. It takes precedence over `after`',
      examples: ['NWI3YzJhNTItNmYwYy00YzJlLTlmMGUtM2Y0YThkMWM3ZTExOjE4']
    })
  )
})
export const FeedQuery = Type.Object({
  ...Query,
  limit: Type.Integer({
    minimum: 1,
    maximum: 500,
    default: 100,
    description: 'The maximum number of events to return',
    examples: [100]
  })
})
