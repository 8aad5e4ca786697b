import { Type } from '@sinclair/typebox'
import { AskedMoment, Id, idOf, Moment } from '../../core/formats.js'
import { patternSaying } from '../../core/validation/patterns.js'
import { CursorQuery, PageQuery } from './pagination.js'

export const AuditEntry = Type.Object(
  {
    event_id: Id,
    action: Type.String({ examples: ['member.role_changed'] }),
    user_id: Type.Union([Id, Type.Null()], {
      description: 'Who did it; null: nobody known, or an operator',
      examples: ['5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11']
    }),
    target: Type.Object(
      {
        type: Type.String({ examples: ['member'] }),
        id: Type.String({ examples: ['0b0e64a5-6cf4-4b0c-9f62-8d9d3f3c6e5a'] })
      },
      { description: 'What it was done to' }
    ),
    details: Type.Record(Type.String(), Type.Unknown(), {
      description: 'What belongs to the action',
      examples: [{ role: 'viewer' }]
    }),
    ip: Type.Union([Type.String(), Type.Null()], {
      description: 'Where it was asked for; null: by an operator',
      examples: ['203.0.113.7']
    }),
    timestamp: Moment
  },
  { title: 'AuditEntry' }
)

const Filter = {
  action: Type.Optional(
    Type.String({
      maxLength: 100,
      pattern: patternSaying(/^[a-z_.]+$/u, 'must be an action, such as document.deleted'),
      description: 'Only entries of this action',
      examples: ['document.deleted']
    })
  ),
  from: Type.Optional({ ...AskedMoment, description: 'Not before this moment' }),
  to: Type.Optional({ ...AskedMoment, description: 'Not after this moment' })
}
const Paging = { ...PageQuery, ...CursorQuery }

export const OwnAuditQuery = Type.Object({ ...Paging, ...Filter })
export const AuditQuery = Type.Object({
  ...Paging,
  ...Filter,
  user_id: Type.Optional(idOf('Only what this user did'))
})
