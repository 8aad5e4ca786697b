import { Type } from '@sinclair/typebox'
import { AskedMoment, Id, Moment } from './formats.js'
import { CursorQuery, PageQuery } from './pagination.js'

export const AuditEntry = Type.Object(
  {
    event_id: Id,
    action: Type.String({ examples: ['member.role_changed'] }),
    user_id: Type.Union([Id, Type.Null()], { description: 'Who did it; null: nobody known, or an operator' }),
    target: Type.Object({ type: Type.String(), id: Type.String() }),
    details: Type.Record(Type.String(), Type.Unknown()),
    ip: Type.Union([Type.String(), Type.Null()]),
    timestamp: Moment
  },
  { title: 'AuditEntry' }
)

const Filter = {
  action: Type.Optional(
    Type.String({ maxLength: 100, pattern: '^[a-z_.]+$', examples: ['document.deleted'] })
  ),
  from: Type.Optional(AskedMoment),
  to: Type.Optional(AskedMoment)
}
const Paging = { ...PageQuery, ...CursorQuery }

export const OwnAuditQuery = Type.Object({ ...Paging, ...Filter })
export const AuditQuery = Type.Object({ ...Paging, ...Filter, user_id: Type.Optional(Id) })
