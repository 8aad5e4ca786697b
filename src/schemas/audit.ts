import { Type } from '@sinclair/typebox'
import { AskedMoment, Id, idOf, Moment } from '../../core/formats.js'
import { patternSaying } from '../../core/validation/patterns.js'
import { AskedOnBehalfOf, OnBehalfOf } from './on-behalf-of.js'
import { CursorQuery, PageQuery } from './pagination.js'

export const AuditEntry = Type.Object(
  {
    event_id: Id,
    action: Type.String({
      description: 'What was done; `listAudit` lists the actions',
      examples: ['member.role_changed']
    }),
    user_id: Type.Union([Id, Type.Null()], {
      description: 'The account that did it; null for an operator or an unknown caller',
      examples: ['5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11']
    }),
    target: Type.Object(
      {
        type: Type.String({ examples: ['member'] }),
        id: Type.String({ examples: ['0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a'] })
      },
      { title: 'AuditTarget', description: 'What the action changed or read' }
    ),
    details: Type.Record(Type.String(), Type.Unknown(), {
      description: 'More about the action; the fields depend on it',
      examples: [{ role: 'viewer' }]
    }),
    ip: Type.Union([Type.String(), Type.Null()], {
      description: 'The IP address of the caller; null for an operator',
      examples: ['203.0.113.7']
    }),
    on_behalf_of: OnBehalfOf,
    timestamp: Moment
  },
  { title: 'AuditEntry' }
)

const Filter = {
  action: Type.Optional(
    Type.String({
      maxLength: 100,
      pattern: patternSaying(/^[a-z_.]+$/u, 'must be an action, such as document.deleted'),
      description: 'Only entries with this action',
      examples: ['document.deleted']
    })
  ),
  from: Type.Optional({ ...AskedMoment, description: 'Only entries at or after this time' }),
  to: Type.Optional({ ...AskedMoment, description: 'Only entries at or before this time' })
}
const Paging = { ...PageQuery, ...CursorQuery }

export const OwnAuditQuery = Type.Object({ ...Paging, ...Filter })
export const AuditQuery = Type.Object({
  ...Paging,
  ...Filter,
  user_id: Type.Optional(idOf('Only actions of this user')),
  on_behalf_of: AskedOnBehalfOf
})
