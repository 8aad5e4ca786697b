import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { Id, MimeType, Moment } from './formats.js'
import { patternSaying } from './validation/patterns.js'

/**
 * The largest payload of an event, in bytes. Our largest are the audit entries of changed documents, with the old and
 * the new own data: up to about 122 KB, if all of it is control characters, which JSON escapes with six bytes each.
 */
export const MAX_EVENT_BYTES = 131_072

const Revision = Type.Optional(
  Type.Integer({ minimum: 1, description: 'The revision of the document; if it was deleted, its last one' })
)

const OnBehalfOf = Type.Optional(
  Type.Union([Type.String({ maxLength: 255 }), Type.Null()], {
    description: 'The user of a calling product for whom a service acted, as the service names them'
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
      expires_at: Type.String({ description: 'The archive can be downloaded until then' })
    },
    { description: 'An export that an admin asked for can be downloaded' }
  ),
  'tenant.restored': Type.Object(
    {
      restored_to: Type.String({ description: 'When the archive was made' }),
      documents: Type.Integer({ minimum: 0 }),
      files: Type.Integer({ minimum: 0 })
    },
    {
      description:
        'An operator has restored the documents and files from an archive; read them again. No other event says which ' +
        'of them changed'
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
            description: 'The values that changed; null: a value was removed (RFC 7396)'
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
    { description: 'A document was deleted; other documents may still refer to its file' }
  ),
  'file.process': Type.Object({ file_id: Id }, { description: 'Work for the worker: verify a stored file' }),
  'user.deleted': Type.Object(
    {
      user_id: Id,
      erased: Type.Boolean({
        description:
          'Whether consumers must erase all else they know of the person; if so, sent even if the account was deleted before'
      })
    },
    { description: 'An account was deleted' }
  ),
  'upload.finish': Type.Object(
    { upload_id: Id },
    { description: 'Work for the worker: finish an upload, all of whose bytes have arrived' }
  ),
  'export.make': Type.Object(
    { export_id: Id },
    { description: 'Work for the worker: make the export that an admin has asked for' }
  ),
  'audit.log': Type.Object(
    {
      action: Type.String({ minLength: 1, maxLength: 100, examples: ['document.updated'] }),
      target: Type.Object({ type: Type.String({ minLength: 1 }), id: Type.String({ minLength: 1 }) }),
      details: Type.Record(Type.String(), Type.Unknown()),
      ip: Type.Optional(
        Type.Union([Type.String({ maxLength: 45 }), Type.Null()], {
          description: 'The IP address of the caller; null: an operator'
        })
      ),
      on_behalf_of: OnBehalfOf,
      counted: Type.Optional(
        Type.Object(
          { entry_id: Id, source: Type.String({ minLength: 1 }), count: Type.Integer({ minimum: 1 }) },
          {
            description:
              'For actions that share one entry however often they happen: the id of the entry, the process that ' +
              'counted, and how many it has counted so far'
          }
        )
      )
    },
    { description: 'An action that an auditor may ask about' }
  )
} as const satisfies Record<string, TSchema>

/** Events by which our processes give each other work: they are in the log, but no reader gets them. */
export const WORK_EVENTS: readonly string[] = [
  'file.process',
  'upload.finish',
  'export.make'
] satisfies EventType[]

/**
 * The types that a tenant's own log may hold: events written in the tenant's database, which the relay refuses if they
 * are of another type. All other events are written in the main database.
 */
export const TENANT_EVENTS: readonly string[] = [
  'document.uploaded',
  'document.updated',
  'document.deleted',
  'file.process',
  'upload.finish',
  'tenant.exported',
  'tenant.restored',
  'export.make',
  'audit.log'
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
