import { Type } from '@sinclair/typebox'
import { Id, Moment, NOT_BLANK } from './formats.js'

export const TenantName = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: NOT_BLANK,
  examples: ['Acme Corp']
})

export const Role = Type.Union([Type.Literal('admin'), Type.Literal('user'), Type.Literal('viewer')])

const tenantProperties = {
  id: Id,
  name: Type.String(),
  database_name: Type.String(),
  is_active: Type.Boolean(),
  status: Type.Union([Type.Literal('provisioning'), Type.Literal('active'), Type.Literal('failed')]),
  created_at: Moment,
  updated_at: Moment
}

export const Tenant = Type.Object(tenantProperties, { title: 'Tenant' })

/** A tenant as one of its members sees it in a list of their own. */
export const OwnTenant = Type.Object(
  { ...tenantProperties, role: Role, joined_at: Moment },
  { title: 'OwnTenant' }
)

export const Member = Type.Object(
  {
    user_id: Id,
    email: Type.String(),
    first_name: Type.String(),
    last_name: Type.String(),
    role: Role,
    joined_at: Moment
  },
  { title: 'Member' }
)

export const TenantWithMembers = Type.Object(
  { ...tenantProperties, members: Type.Array(Member, { description: 'The first 100' }) },
  { title: 'TenantWithMembers' }
)

export const TenantParams = Type.Object({ tenant_id: Id })
export const MemberParams = Type.Object({ tenant_id: Id, user_id: Id })
