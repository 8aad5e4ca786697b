import { Type } from '@sinclair/typebox'
import { AskedMoment, Id, idOf, Moment, nameOf } from '../../core/formats.js'
import { SCOPE_NAMES, TENANT_SCOPES, type Scope } from '../../core/scopes.js'
import { patternSaying } from '../../core/validation/patterns.js'
import { Role, TenantParams } from './tenants.js'

/** Characters. */
export const MAX_SERVICE_NAME_LENGTH = 100
export const ServiceName = nameOf(MAX_SERVICE_NAME_LENGTH, { examples: ['Invoice import'] })
const MAX_NETWORKS = 20

const words = (names: readonly Scope[]) => names.map((name) => Type.Literal(name))
/** A scope as an answer names it; new ones may be added. */
const KeyScope = Type.String({ description: 'See the list in `info`', examples: ['documents:read'] })
/** A scope that a tenant's admin can give to a key. */
export const TenantScope = Type.Union(words(TENANT_SCOPES), {
  title: 'TenantScope',
  examples: ['documents:read']
})
/** Any scope, for services of the installation. */
export const AnyScope = Type.Union(words(SCOPE_NAMES))
export const Network = Type.String({ maxLength: 50, format: 'network', examples: ['203.0.113.0/24'] })

export const ServiceAccount = Type.Object(
  {
    id: Id,
    name: Type.String({ examples: ['Invoice import'] }),
    role: Type.Union([Role, Type.Null()], {
      description: 'Its role in this tenant; null if it was removed from the members',
      examples: ['user']
    }),
    is_active: Type.Boolean({ description: 'If false, its keys do not work', examples: [true] }),
    created_at: Moment,
    created_by: Type.Union([Id, Type.Null()], { examples: ['5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11'] })
  },
  { title: 'ServiceAccount' }
)

const orNever = (description: string) =>
  Type.Union([Moment, Type.Null()], { description, examples: ['2026-01-31T09:30:00.000Z'] })

const keyProperties = {
  id: Type.String({ examples: ['4fQ2vXcTz0mJb7KdLw9sRa'] }),
  name: Type.String({ examples: ['Production'] }),
  scopes: Type.Array(KeyScope),
  networks: Type.Union([Type.Array(Type.String()), Type.Null()], {
    description: 'The networks from which it can be used; null: any',
    examples: [['203.0.113.0/24']]
  }),
  expires_at: orNever('Null: it never expires'),
  created_at: Moment,
  created_by: Type.Union([Id, Type.Null()], {
    description: 'Null: an operator',
    examples: ['5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11']
  }),
  last_used_at: orNever('Accurate to within about a minute; null: it was never used'),
  last_ip: Type.Union([Type.String(), Type.Null()], { examples: ['203.0.113.7'] }),
  revoked_at: orNever('Null: it is not revoked')
}

export const ApiKey = Type.Object(keyProperties, { title: 'ApiKey' })
export const NewApiKey = Type.Object(
  {
    ...keyProperties,
    key: Type.String({
      description: 'Send it as `Authorization: Bearer …`. You get it only in this answer',
      examples: ['srk_4fQ2vXcTz0mJb7KdLw9sRa_…']
    })
  },
  { title: 'NewApiKey' }
)

export const CreateServiceAccount = Type.Object(
  { name: ServiceName, role: Role },
  { additionalProperties: false, title: 'CreateServiceAccountRequest' }
)

export const CreateKey = Type.Object(
  {
    name: ServiceName,
    scopes: Type.Optional(
      Type.Array(TenantScope, {
        minItems: 1,
        maxItems: SCOPE_NAMES.length,
        description:
          'What the key can be used for, within the role of its service account; by default, all scopes that exist now'
      })
    ),
    networks: Type.Optional(
      Type.Array(Network, {
        minItems: 1,
        maxItems: MAX_NETWORKS,
        description: 'The networks from which the key can be used; any by default'
      })
    ),
    expires_at: Type.Optional({
      ...AskedMoment,
      description: 'When the key expires, in the future; by default, it never does'
    })
  },
  { additionalProperties: false, title: 'CreateKeyRequest' }
)

export const ServiceAccountParams = Type.Object({
  ...TenantParams.properties,
  service_account_id: idOf('The id of the service account')
})

export const KeyParams = Type.Object({
  ...ServiceAccountParams.properties,
  key_id: Type.String({
    maxLength: 22,
    pattern: patternSaying(/^[0-9A-Za-z]{22}$/u, 'must be the id of a key: 22 letters and digits'),
    description: 'The id of the key',
    examples: ['4fQ2vXcTz0mJb7KdLw9sRa']
  })
})
