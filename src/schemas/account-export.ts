import { Type } from '@sinclair/typebox'
import { Id, Moment } from '../../core/formats.js'
import { AuditEntry } from './audit.js'
import { DocumentWithFile } from './documents.js'
import { OwnTenant, Role } from './tenants.js'
import { Session, User } from './users.js'

const ExportedInvitation = Type.Object(
  {
    id: Id,
    tenant_id: Type.Union([Id, Type.Null()]),
    role: Type.Union([Role, Type.Null()]),
    created_at: Moment,
    expires_at: Moment,
    accepted_at: Type.Union([Moment, Type.Null()])
  },
  { title: 'ExportedInvitation' }
)

const ExportedMail = Type.Object(
  {
    id: Id,
    kind: Type.String({ examples: ['invitation'] }),
    created_at: Moment,
    sent_at: Type.Union([Moment, Type.Null()])
  },
  { title: 'ExportedMail' }
)

/** Everything that is stored about a person. */
export const AccountExport = Type.Object(
  {
    account: User,
    sessions: Type.Array(Session),
    memberships: Type.Array(OwnTenant),
    invitations: Type.Array(ExportedInvitation, {
      description: 'Invitations to your address; empty unless it is verified'
    }),
    mails: Type.Array(ExportedMail, { description: 'Mails to your address; empty unless it is verified' }),
    audit_entries: Type.Array(AuditEntry),
    documents: Type.Array(DocumentWithFile, { description: 'Your uploads; `s3_path` names the tenant' })
  },
  { title: 'AccountExport' }
)
