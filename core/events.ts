import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { Id, MimeType, Moment } from './formats.js'
import { patternSaying } from './validation/patterns.js'

/**
 * The largest payload of an event, in bytes. The largest of ours are the audit entries of changed documents, with the old
 * and the new metadata and tags: up to 90 KB.
 */
export const MAX_EVENT_BYTES = 131_072

const Revision = Type.Optional(
  Type.Integer({ minimum: 1, description: 'Of the document, and its last one if it was deleted' })
)

const OnBehalfOf = Type.Optional(
  Type.Union([Type.String({ maxLength: 255 }), Type.Null()], {
    description: 'The user of a calling product for whom a service did it, as the service names them'
  })
)

/** What a calling product calls the document. */
const ExternalId = Type.Optional(Type.Union([Type.String(), Type.Null()]))
const Metadata = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))

/**
 * The payload of every event, by its type, which is also its topic. Fields may be added; existing ones keep their names
 * and meaning. Consumers must accept fields that they do not know.
 */
export const EVENT_DATA = {
  'tenant.created': Type.Object(
    { name: Type.String(), database_name: Type.String() },
    { description: 'A tenant and its database are ready' }
  ),
  'tenant.deleted': Type.Object({}, { description: 'A tenant was deleted; nobody can reach it any more' }),
  'tenant.exported': Type.Object(
    {
      export_id: Id,
      documents: Type.Integer({ minimum: 0 }),
      files: Type.Integer({ minimum: 0 }),
      lost: Type.Integer({ minimum: 0, description: 'Files whose content was missing or damaged' }),
      file_size: Type.Integer({ minimum: 1, description: 'Bytes of the archive' }),
      sha256: Type.String({ pattern: patternSaying(/^[0-9a-f]{64}$/u, 'must be 64 hexadecimal digits') }),
      expires_at: Type.String({ description: 'Until then the archive can be downloaded' })
    },
    { description: 'An export that an admin asked for can be downloaded' }
  ),
  'tenant.restored': Type.Object(
    {
      restored_to: Type.String({ description: 'When the archive was made that the documents come from' }),
      documents: Type.Integer({ minimum: 0 }),
      files: Type.Integer({ minimum: 0 })
    },
    {
      description:
        'An operator has put the documents and files back to what an archive says; read them again. No other event ' +
        'tells which of them changed'
    }
  ),
  'document.uploaded': Type.Object(
    {
      document_id: Id,
      file_id: Id,
      filename: Type.String({ minLength: 1 }),
      mime_type: MimeType,
      file_size: Type.Integer({ minimum: 1, description: 'Bytes' }),
      md5_hash: Type.String({ pattern: patternSaying(/^[0-9a-f]{32}$/u, 'must be 32 hexadecimal digits') }),
      sha256: Type.String({ pattern: patternSaying(/^[0-9a-f]{64}$/u, 'must be 64 hexadecimal digits') }),
      deduplicated: Type.Boolean({ description: 'The tenant had this file already; nothing new was stored' }),
      revision: Revision,
      ip: Type.Optional(
        Type.Union([Type.String({ maxLength: 45 }), Type.Null()], {
          description: 'Where it was uploaded from'
        })
      ),
      on_behalf_of: OnBehalfOf,
      external_id: ExternalId,
      metadata: Type.Optional(Metadata),
      tags: Type.Optional(Type.Array(Type.String())),
      folder: Type.Optional(Type.String())
    },
    { description: 'A document was created' }
  ),
  'document.updated': Type.Object(
    {
      document_id: Id,
      filename: Type.String({ minLength: 1 }),
      mime_type: MimeType,
      external_id: ExternalId,
      tags: Type.Optional(Type.Array(Type.String())),
      folder: Type.Optional(Type.String()),
      metadata: Type.Optional(
        Type.Record(
          Type.String(),
          Type.Union([Type.Union([Type.String(), Type.Null()]), Type.Number(), Type.Boolean()]),
          {
            description: 'What has changed of it; null: a value was removed (RFC 7396)'
          }
        )
      ),
      revision: Revision,
      on_behalf_of: OnBehalfOf
    },
    { description: 'The name, the type or own data of a document changed' }
  ),
  'document.deleted': Type.Object(
    {
      ...{ document_id: Id, file_id: Id, filename: Type.String({ minLength: 1 }) },
      revision: Revision,
      on_behalf_of: OnBehalfOf,
      external_id: ExternalId
    },
    { description: 'A document was deleted; its file may live on in others' }
  ),
  'file.process': Type.Object(
    { file_id: Id },
    { description: 'Work for the worker: a stored file to look at' }
  ),
  'user.deleted': Type.Object(
    {
      user_id: Id,
      erased: Type.Boolean({
        description:
          'Whatever else is known of the person has to go too; this event comes even if the account went before'
      })
    },
    { description: 'An account was deleted' }
  ),
  'upload.finish': Type.Object(
    { upload_id: Id },
    { description: 'Work for the worker: all bytes of a resumable upload have arrived' }
  ),
  'export.make': Type.Object(
    { export_id: Id },
    { description: 'Work for the worker: an admin has asked for an export' }
  ),
  'audit.log': Type.Object(
    {
      action: Type.String({ minLength: 1, maxLength: 100, examples: ['document.updated'] }),
      target: Type.Object({ type: Type.String({ minLength: 1 }), id: Type.String({ minLength: 1 }) }),
      details: Type.Record(Type.String(), Type.Unknown()),
      ip: Type.Optional(
        Type.Union([Type.String({ maxLength: 45 }), Type.Null()], {
          description: 'Where it was asked for; null: by an operator'
        })
      ),
      on_behalf_of: OnBehalfOf,
      counted: Type.Optional(
        Type.Object(
          { entry_id: Id, source: Type.String({ minLength: 1 }), count: Type.Integer({ minimum: 1 }) },
          {
            description:
              'Of what is kept as one entry however often it happens: that entry, the process that counted, and how ' +
              'often it has seen it so far'
          }
        )
      )
    },
    { description: 'Somebody did something that an auditor may ask for' }
  )
} as const satisfies Record<string, TSchema>

/** Work that our processes send themselves: part of the log, but shown to no reader. */
export const WORK_EVENTS: readonly string[] = [
  'file.process',
  'upload.finish',
  'export.make'
] satisfies EventType[]

export type EventType = keyof typeof EVENT_DATA
export type EventData<T extends EventType> = Static<(typeof EVENT_DATA)[T]>

/** An event as it is in the value of a Kafka message. */
export interface Event<T extends EventType = EventType> {
  /** Unique. Delivery is at least once, so handlers recognise repetitions by it. */
  event_id: string
  event_type: T
  /** null: concerns no tenant, for example a log-in. */
  tenant_id: string | null
  /** Who caused it; null: the system itself. */
  user_id: string | null
  /** RFC 3339, from the database's clock. */
  timestamp: string
  data: EventData<T>
}

/** Any event; `event_type` determines the type of `data`. */
export type StrongroomEvent = { [T in EventType]: Event<T> }[EventType]

/** The schema of a whole event: the envelope around the payload of its type. */
export function eventSchema(type: EventType): TSchema {
  return Type.Object(
    {
      event_id: Id,
      event_type: Type.Literal(type),
      tenant_id: Type.Union([Id, Type.Null()]),
      user_id: Type.Union([Id, Type.Null()]),
      timestamp: Moment,
      data: EVENT_DATA[type]
    },
    { title: type, description: EVENT_DATA[type].description ?? '' }
  )
}
