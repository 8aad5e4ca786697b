/** What a key can be used for. A scope narrows the role of its service; it never adds to it. */
export const SCOPES = {
  'tenants:read': 'list tenants; read a tenant, its members and its usage',
  'tenants:write': 'rename, deactivate, reactivate and delete a tenant',
  'tenants:create': 'create tenants; only for services of the installation',
  'usage:read': 'read the usage of a tenant',
  members: 'add, invite and remove members, and change their roles',
  'members:write': 'the same as members',
  'documents:read': 'list, read and download documents and files',
  'documents:write': 'upload, change and delete documents; delete orphaned files',
  'files:read': 'list and read files, but not documents',
  'files:write': 'delete orphaned files',
  'audit:read': 'read the audit log of a tenant',
  'events:read': 'read the events of a tenant',
  exports: 'make and download exports of a tenant, with all of its documents',
  webhooks: 'manage the webhooks of a tenant, to which all of its events may be sent, the audit log included',
  'operator:read': 'use operators’ routes that change nothing; only for services of the installation',
  'operator:write': 'use operators’ routes that change something; only for services of the installation'
} as const

export type Scope = keyof typeof SCOPES

export const SCOPE_NAMES = Object.keys(SCOPES) as Scope[]

/** For each scope, the scope that includes it: a wider one, or the name it had before. */
const WITHIN: Partial<Record<Scope, Scope>> = {
  'usage:read': 'tenants:read',
  members: 'members:write',
  'files:read': 'documents:read',
  'files:write': 'documents:write'
}

/** Whether a key with these scopes may do what a scope is for. */
export function allows(scopes: readonly Scope[], scope: Scope): boolean {
  const wider = WITHIN[scope]
  return scopes.includes(scope) || (wider !== undefined && scopes.includes(wider))
}

/** Whether a scope keeps nothing from the sender: a person, who needs none, or a key that has it. */
export const mayUse = (key: { scopes: readonly Scope[] } | undefined, scope: Scope): boolean =>
  key === undefined || allows(key.scopes, scope)

/** Scopes that concern more than one tenant, so that no admin of a tenant can give them to a key. */
export const INSTALLATION_SCOPES: readonly Scope[] = ['tenants:create', 'operator:read', 'operator:write']

/** Scopes that an admin of a tenant can give to a key. */
export const TENANT_SCOPES = SCOPE_NAMES.filter((scope) => !INSTALLATION_SCOPES.includes(scope))

/**
 * What a key needs to call a route: a scope; `any`: every key may call it; `persons`: no key may call it; `public`: the
 * route authenticates nobody.
 */
export type RouteScope = Scope | 'any' | 'persons' | 'public'
