import { Type } from '@sinclair/typebox'
import { Id, idOf, Moment } from '../../core/formats.js'
import { Role, TenantParams } from './tenants.js'
import { Email } from './users.js'

const shown = 'Only in the answer to `invite` and `addMember`, and only if no mail server is set up'
export const Invitation = Type.Object(
  {
    id: Id,
    email: Type.String({ examples: ['ada@example.com'] }),
    role: Role,
    invited_by: Type.Union([Id, Type.Null()]),
    created_at: Moment,
    expires_at: Moment,
    token: Type.Optional(Type.String({ description: shown, examples: ['q83vEjRWeJA'] })),
    link: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description: shown,
        examples: ['https://app.example.com/account#token=q83vEjRWeJA&for=invitation']
      })
    )
  },
  { title: 'Invitation' }
)

export const InviteRequest = Type.Object(
  { email: Email, role: Role },
  { additionalProperties: false, title: 'InviteRequest' }
)

export const InvitationParams = Type.Object({
  ...TenantParams.properties,
  invitation_id: idOf('The id of the invitation')
})

/** The token of a link from a mail. */
export const LinkToken = Type.String({
  title: 'LinkToken',
  minLength: 1,
  maxLength: 200,
  description: 'What follows `#token=` in the link',
  examples: ['q83vEjRWeJA']
})
