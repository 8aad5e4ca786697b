import { Type } from '@sinclair/typebox'
import { Id, idOf, Moment, nameOf } from '../../core/formats.js'
import { SERVER_NAME } from '../../core/config/tenant-servers.js'
import { Revision } from './revisions.js'
import { AccountEmail, AccountKind } from './users.js'

/** Characters. */
export const MAX_TENANT_NAME_LENGTH = 255
export const TenantName = nameOf(MAX_TENANT_NAME_LENGTH, { examples: ['Acme Corp'] })

/** The database server of a new tenant. */
export const NewTenantServer = Type.String({
  pattern: SERVER_NAME,
  maxLength: 32,
  description:
    'Services of the installation only: the database server of the tenant. By default, the open one with the most room',
  examples: ['main']
})

export const Role = Type.Union([Type.Literal('admin'), Type.Literal('user'), Type.Literal('viewer')], {
  title: 'Role',
  description: 'A viewer reads documents, a user also writes them, an admin also manages the tenant',
  examples: ['user']
})

const tenantProperties = {
  id: Id,
  name: Type.String({ examples: ['Acme Corp'] }),
  database_name: Type.String({
    description: 'The database of its documents',
    examples: ['tenant_1f0c8a4e9b7d4c62a5e3d8f1b6c70a29']
  }),
  is_active: Type.Boolean({ description: 'If false, no member can use it', examples: [true] }),
  status: Type.Union(
    [Type.Literal('provisioning'), Type.Literal('active'), Type.Literal('failed'), Type.Literal('purging')],
    {
      title: 'TenantStatus',
      description:
        'The state of the database of the tenant. `failed`: it could not be created within an hour. `purging`: an operator is ' +
        'removing the tenant for good',
      examples: ['active']
    }
  ),
  revision: Revision,
  created_at: Moment,
  updated_at: Moment
}

export const Tenant = Type.Object(tenantProperties, { title: 'Tenant' })

/** A tenant in the list of a member's own tenants. */
export const OwnTenant = Type.Object(
  { ...tenantProperties, role: Role, joined_at: Moment },
  { title: 'OwnTenant' }
)

export const Member = Type.Object(
  {
    user_id: Id,
    kind: AccountKind,
    email: AccountEmail,
    first_name: Type.String({ examples: ['Ada'] }),
    last_name: Type.String({ examples: ['Lovelace'] }),
    role: Role,
    joined_at: Moment
  },
  { title: 'Member' }
)

export const TenantWithMembers = Type.Object(
  { ...tenantProperties, members: Type.Array(Member, { description: 'The first 100 members' }) },
  { title: 'TenantWithMembers' }
)

const tenantId = idOf(
  'The id of the tenant. A tenant you cannot access returns the same 404 as one that does not exist'
)

export const TenantParams = Type.Object({ tenant_id: tenantId })
export const MemberParams = Type.Object({
  tenant_id: tenantId,
  user_id: idOf('The id of the account that is a member')
})
