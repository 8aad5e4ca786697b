import { Type } from '@sinclair/typebox'
import { AuditEntry } from './audit.js'
import { DocumentWithFile } from './documents.js'
import { OwnTenant } from './tenants.js'
import { Session, User } from './users.js'

/** Everything that is stored about a person. */
export const AccountExport = Type.Object(
  {
    account: User,
    sessions: Type.Array(Session),
    memberships: Type.Array(OwnTenant),
    audit_entries: Type.Array(AuditEntry),
    documents: Type.Array(DocumentWithFile, { description: 'Your uploads; `s3_path` names the tenant' })
  },
  { title: 'AccountExport' }
)
