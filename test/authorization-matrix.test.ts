import { randomUUID } from 'node:crypto'
import t from 'tap'
import { ERRORS, type ErrorCode } from '../core/errors.js'
import { allows, SCOPE_NAMES, TENANT_SCOPES, type RouteScope, type Scope } from '../core/scopes.js'
import { createTenant, signUp, signUpMember, startApi } from './helpers/api.js'
import { createInstallation } from './helpers/installation.js'
import { registeredRoutes } from './helpers/registered-routes.js'
import { createService, insertInstallationService } from './helpers/services-of-tenants.js'
import { until } from './helpers/until.js'

/** All act on the same tenant, except the two of an inactive tenant, who act on theirs. The last four send keys. */
const ACTORS = [
  'anonymous',
  'stranger',
  'viewer',
  'user',
  'admin',
  'admin of another tenant',
  'deactivated admin',
  'user of an inactive tenant',
  'admin of an inactive tenant',
  'service admin',
  'key with documents:read',
  'service of the installation',
  'revoked key'
] as const
type Actor = (typeof ACTORS)[number]

/** Refused with this code, or passed the access checks, whatever the route then answers to an empty request. */
type Outcome = ErrorCode | 'passes'
type Entry = Record<Actor, Outcome>

const each = (outcome: Outcome): Entry => {
  const entries = ACTORS.map((actor) => [actor, outcome] as const)
  return Object.fromEntries(entries) as Entry
}

/** Anyone may call it. */
const open = (outcome: Outcome = 'passes', others: Partial<Entry> = {}): Entry => ({
  ...each(outcome),
  ...others
})

/** The outcome for a key that has these scopes, on a route that requires `scope`. */
const withKey = (scope: RouteScope, scopes: readonly Scope[]): Outcome => {
  if (scope === 'any') return 'passes'
  if (scope === 'persons' || scope === 'public') return 'PERSONS_ONLY'
  return allows(scopes, scope) ? 'passes' : 'INSUFFICIENT_SCOPE'
}

/** Anyone with a session, or a key with the scope, may call it for their own resources. */
const session = (scope: RouteScope = 'persons'): Entry =>
  open('passes', {
    anonymous: 'NOT_AUTHENTICATED',
    'deactivated admin': 'TOKEN_REVOKED',
    'service admin': withKey(scope, TENANT_SCOPES),
    'key with documents:read': withKey(scope, ['documents:read']),
    'service of the installation': withKey(scope, SCOPE_NAMES),
    'revoked key': 'INVALID_TOKEN'
  })

/** Operators, and services of the installation with a key that has the scope, may call it. */
const operators = (scope: Scope): Entry => ({
  ...each('INSUFFICIENT_ROLE'),
  anonymous: 'NOT_AUTHENTICATED',
  'deactivated admin': 'TOKEN_REVOKED',
  'service admin': withKey(scope, TENANT_SCOPES),
  'key with documents:read': withKey(scope, ['documents:read']),
  'service of the installation': withKey(scope, SCOPE_NAMES),
  'revoked key': 'INVALID_TOKEN'
})

/** Members of the tenant with at least this role may call it; with a key, only if that has the scope. */
const tenant = (
  least: 'viewer' | 'user' | 'admin',
  scope: RouteScope,
  others: Partial<Entry> = {}
): Entry => ({
  anonymous: 'NOT_AUTHENTICATED',
  stranger: 'TENANT_NOT_FOUND',
  viewer: least === 'viewer' ? 'passes' : 'INSUFFICIENT_ROLE',
  user: least === 'admin' ? 'INSUFFICIENT_ROLE' : 'passes',
  admin: 'passes',
  'admin of another tenant': 'TENANT_NOT_FOUND',
  'deactivated admin': 'TOKEN_REVOKED',
  'user of an inactive tenant': 'TENANT_INACTIVE',
  'admin of an inactive tenant': 'TENANT_INACTIVE',
  'service admin': withKey(scope, TENANT_SCOPES),
  // Its role is admin, too.
  'key with documents:read': withKey(scope, ['documents:read']),
  'service of the installation': 'TENANT_NOT_FOUND',
  'revoked key': 'INVALID_TOKEN',
  ...others
})
const alsoInactive = { 'admin of an inactive tenant': 'passes' } as const

/** Who may call what: one line per route, without a trailing slash. HEAD shares the line of its GET. */
const MATRIX: Record<string, Entry> = {
  'GET /': open(),
  'GET /docs': open(),
  'GET /docs/json': open(),
  'GET /docs/static/docs.css': open(),
  'GET /docs/static/swagger-initializer.js': open(),
  'GET /docs/static/swagger-ui-bundle.js': open(),
  'GET /docs/static/swagger-ui.css': open(),
  'GET /errors': open(),
  'GET /static/icon.svg': open(),
  'GET /static/page.css': open(),
  'GET /openapi.json': open(),
  'GET /openapi.yaml': open(),
  'GET /health/live': open(),
  'GET /health/ready': open(),
  // Without METRICS_TOKEN.
  'GET /metrics': open(),
  'GET /objects/*': open('LINK_INVALID'),

  'POST /api/auth/register': open('VALIDATION_ERROR'),
  'POST /api/auth/login': open('VALIDATION_ERROR'),
  // The token in the header is not a refresh token.
  'POST /api/auth/refresh': open('INVALID_TOKEN', { anonymous: 'NOT_AUTHENTICATED' }),
  // If the header has a token, its session accepts the invitation.
  'POST /api/auth/invitations/accept': open('VALIDATION_ERROR', {
    'deactivated admin': 'TOKEN_REVOKED',
    'service admin': 'PERSONS_ONLY',
    'key with documents:read': 'PERSONS_ONLY',
    'service of the installation': 'PERSONS_ONLY',
    'revoked key': 'INVALID_TOKEN'
  }),
  'POST /api/auth/email/verify': open('VALIDATION_ERROR'),
  'POST /api/auth/password/forgot': open('VALIDATION_ERROR'),
  'POST /api/auth/password/reset': open('VALIDATION_ERROR'),
  'POST /api/auth/logout': session(),

  'POST /api/demo/kafka/produce': session(),
  'GET /api/demo/kafka/consume': session(),

  'GET /api/users/me': session('any'),
  'PUT /api/users/me': session(),
  'PUT /api/users/me/password': session(),
  'POST /api/users/me/delete': session(),
  'GET /api/users/me/export': session(),
  'GET /api/users/me/tenants': session(),
  'GET /api/users/me/audit': session(),
  'GET /api/users/me/sessions': session(),
  'DELETE /api/users/me/sessions': session(),
  'DELETE /api/users/me/sessions/:session_id': session(),

  'GET /api/events': operators('operator:read'),

  'GET /api/tenants': session('tenants:read'),
  'POST /api/tenants': session('tenants:create'),
  'GET /api/tenants/:tenant_id': tenant('viewer', 'tenants:read', alsoInactive),
  'PUT /api/tenants/:tenant_id': tenant('admin', 'tenants:write', alsoInactive),
  'DELETE /api/tenants/:tenant_id': tenant('admin', 'tenants:write', alsoInactive),
  'GET /api/tenants/:tenant_id/users': tenant('viewer', 'tenants:read'),
  'POST /api/tenants/:tenant_id/users': tenant('admin', 'members'),
  'PUT /api/tenants/:tenant_id/users/:user_id': tenant('admin', 'members'),
  // For removing others; another test shows that anyone may leave.
  'DELETE /api/tenants/:tenant_id/users/:user_id': tenant('admin', 'members'),
  'GET /api/tenants/:tenant_id/invitations': tenant('admin', 'members'),
  'POST /api/tenants/:tenant_id/invitations': tenant('admin', 'members'),
  'DELETE /api/tenants/:tenant_id/invitations/:invitation_id': tenant('admin', 'members'),
  'GET /api/tenants/:tenant_id/exports': tenant('admin', 'exports'),
  'POST /api/tenants/:tenant_id/exports': tenant('admin', 'exports'),
  'GET /api/tenants/:tenant_id/exports/:export_id': tenant('admin', 'exports'),
  'POST /api/tenants/:tenant_id/exports/:export_id/download-url': tenant('admin', 'exports'),
  'GET /api/tenants/:tenant_id/webhooks': tenant('admin', 'webhooks'),
  'POST /api/tenants/:tenant_id/webhooks': tenant('admin', 'webhooks'),
  'GET /api/tenants/:tenant_id/webhooks/:webhook_id': tenant('admin', 'webhooks'),
  'PUT /api/tenants/:tenant_id/webhooks/:webhook_id': tenant('admin', 'webhooks'),
  'DELETE /api/tenants/:tenant_id/webhooks/:webhook_id': tenant('admin', 'webhooks'),
  'POST /api/tenants/:tenant_id/webhooks/:webhook_id/secret': tenant('admin', 'webhooks'),
  'POST /api/tenants/:tenant_id/webhooks/:webhook_id/test': tenant('admin', 'webhooks'),
  'POST /api/tenants/:tenant_id/webhooks/:webhook_id/recover': tenant('admin', 'webhooks'),
  'GET /api/tenants/:tenant_id/webhooks/:webhook_id/deliveries': tenant('admin', 'webhooks'),
  'POST /api/tenants/:tenant_id/webhooks/:webhook_id/deliveries/:event_id/redeliver': tenant(
    'admin',
    'webhooks'
  ),
  'GET /api/tenants/:tenant_id/service-accounts': tenant('admin', 'persons'),
  'POST /api/tenants/:tenant_id/service-accounts': tenant('admin', 'persons'),
  'DELETE /api/tenants/:tenant_id/service-accounts/:service_account_id': tenant('admin', 'persons'),
  'GET /api/tenants/:tenant_id/service-accounts/:service_account_id/keys': tenant('admin', 'persons'),
  'POST /api/tenants/:tenant_id/service-accounts/:service_account_id/keys': tenant('admin', 'persons'),
  'DELETE /api/tenants/:tenant_id/service-accounts/:service_account_id/keys/:key_id': tenant(
    'admin',
    'persons'
  ),
  'GET /api/tenants/:tenant_id/audit': tenant('admin', 'audit:read'),
  'GET /api/tenants/:tenant_id/events': tenant('viewer', 'events:read'),
  'GET /api/tenants/:tenant_id/events/stream': tenant('viewer', 'events:read'),
  'GET /api/tenants/:tenant_id/usage': tenant('viewer', 'usage:read'),

  'GET /api/tenants/:tenant_id/documents': tenant('viewer', 'documents:read'),
  'POST /api/tenants/:tenant_id/documents': tenant('user', 'documents:write'),
  'POST /api/tenants/:tenant_id/documents/bulk': tenant('user', 'documents:write'),
  'GET /api/tenants/:tenant_id/documents/:document_id': tenant('viewer', 'documents:read'),
  'PUT /api/tenants/:tenant_id/documents/:document_id': tenant('user', 'documents:write'),
  'PATCH /api/tenants/:tenant_id/documents/:document_id': tenant('user', 'documents:write'),
  'DELETE /api/tenants/:tenant_id/documents/:document_id': tenant('user', 'documents:write'),
  'GET /api/tenants/:tenant_id/documents/by-external-id/:external_id': tenant('viewer', 'documents:read'),
  'PUT /api/tenants/:tenant_id/documents/by-external-id/:external_id': tenant('user', 'documents:write'),
  'PATCH /api/tenants/:tenant_id/documents/by-external-id/:external_id': tenant('user', 'documents:write'),
  'GET /api/tenants/:tenant_id/documents/:document_id/download': tenant('viewer', 'documents:read'),
  'POST /api/tenants/:tenant_id/documents/:document_id/download-url': tenant('viewer', 'documents:read'),
  'GET /api/tenants/:tenant_id/documents/:document_id/content': tenant('viewer', 'documents:read'),

  'OPTIONS /api/tenants/:tenant_id/uploads': open(),
  'OPTIONS /api/tenants/:tenant_id/uploads/:upload_id': open(),
  'GET /api/tenants/:tenant_id/uploads': tenant('user', 'documents:write'),
  'POST /api/tenants/:tenant_id/uploads': tenant('user', 'documents:write'),
  'GET /api/tenants/:tenant_id/uploads/:upload_id': tenant('user', 'documents:write'),
  'POST /api/tenants/:tenant_id/uploads/:upload_id': tenant('user', 'documents:write'),
  'PATCH /api/tenants/:tenant_id/uploads/:upload_id': tenant('user', 'documents:write'),
  'DELETE /api/tenants/:tenant_id/uploads/:upload_id': tenant('user', 'documents:write'),
  'POST /api/tenants/:tenant_id/uploads/direct': tenant('user', 'documents:write'),
  'GET /api/tenants/:tenant_id/uploads/:upload_id/parts': tenant('user', 'documents:write'),
  'POST /api/tenants/:tenant_id/uploads/:upload_id/complete': tenant('user', 'documents:write'),

  'GET /api/tenants/:tenant_id/folders': tenant('viewer', 'documents:read'),
  'POST /api/tenants/:tenant_id/folders/move': tenant('user', 'documents:write'),

  'GET /api/tenants/:tenant_id/files': tenant('viewer', 'files:read'),
  'GET /api/tenants/:tenant_id/files/:file_id': tenant('viewer', 'files:read'),
  'DELETE /api/tenants/:tenant_id/files/:file_id': tenant('admin', 'files:write')
}

interface Route {
  method: string
  url: string
}

/** The matrix line for a route. */
const lineOf = ({ method, url }: Route) =>
  `${method === 'HEAD' ? 'GET' : method} ${url.replace(/(.)\/$/, '$1')}`

/** Routes that the matrix lacks, and lines without a route. */
function differences(routes: Route[], matrix: Record<string, Entry>) {
  const lines = new Set(routes.map(lineOf))
  return {
    unlisted: [...lines].filter((line) => !(line in matrix)),
    stale: Object.keys(matrix).filter((line) => !lines.has(line))
  }
}

const { config, sql } = await createInstallation(t)
const { built, routes: registered } = await registeredRoutes(() => startApi(t, config))
const { url: origin } = built
const routes: Route[] = registered
  .flatMap(({ method, url }) => [method].flat().map((name) => ({ method: name, url })))
  // With and without a trailing slash.
  .flatMap(({ method, url }) => [{ method, url }, ...(/\w$/.test(url) ? [{ method, url: `${url}/` }] : [])])

const admin = await signUp(origin, 'admin')
const own = await createTenant(admin, 'own')
const foreignAdmin = await signUp(origin, 'foreign')
await createTenant(foreignAdmin, 'foreign')
const inactiveAdmin = await signUp(origin, 'inactive')
const inactive = await createTenant(inactiveAdmin, 'inactive')
const inactiveUser = await signUpMember(origin, sql, inactive.id, 'user')
const deactivated = await signUpMember(origin, sql, own.id, 'admin')
const revoked = await createService(admin, own.id, 'admin', TENANT_SCOPES)
const tokens: Record<Actor, string | undefined> = {
  anonymous: undefined,
  stranger: (await signUp(origin, 'stranger')).token,
  viewer: (await signUpMember(origin, sql, own.id, 'viewer')).token,
  user: (await signUpMember(origin, sql, own.id, 'user')).token,
  admin: admin.token,
  'admin of another tenant': foreignAdmin.token,
  'deactivated admin': deactivated.token,
  'user of an inactive tenant': inactiveUser.token,
  'admin of an inactive tenant': inactiveAdmin.token,
  'service admin': (await createService(admin, own.id, 'admin', TENANT_SCOPES)).key,
  'key with documents:read': (await createService(admin, own.id, 'admin', ['documents:read'])).key,
  'service of the installation': (await insertInstallationService(origin, sql, SCOPE_NAMES)).key,
  'revoked key': revoked.key
}
await admin.delete(`/api/tenants/${own.id}/service-accounts/${revoked.serviceId}/keys/${revoked.keyId}`)
await sql`update tenants set is_active = false where id = ${inactive.id}`
await sql`update users set is_active = false where id = ${deactivated.userId}`
await until(async () => (await inactiveUser.get(`/api/tenants/${inactive.id}/files`)).status === 403)
await until(async () => (await deactivated.get('/api/users/me')).status === 401)

/** An empty request: apart from the tenant, nothing it names exists. */
async function call({ method, url }: Route, actor: Actor): Promise<{ status: number; code?: string }> {
  const tenantId = actor.endsWith('inactive tenant') ? inactive.id : own.id
  const path = url
    .replace(':tenant_id', tenantId)
    .replace(':key_id', 'x'.repeat(22))
    .replace(/:\w+/g, () => randomUUID())
    .replace('*', 'x')
  const token = tokens[actor]
  const response = await fetch(new URL(path, origin), {
    method,
    redirect: 'manual',
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` }
  })
  const text = await response.text()
  const isJson = text !== '' && response.headers.get('content-type')?.startsWith('application/json') === true
  const { error } = (isJson ? JSON.parse(text) : {}) as { error?: { code: string } }
  return { status: response.status, ...(error && { code: error.code }) }
}

/** Undoes the effects of an allowed request, such as a log-out. */
async function restore() {
  await sql`update token_families set revoked_at = null where revoked_at is not null`
  await sql`update tenants set is_active = true, deleted_at = null where id = ${own.id} and not is_active`
}

void t.test('the matrix lists every route, and no others', async (t) => {
  t.ok(routes.length > 60, 'routes were collected')
  t.same(differences(routes, MATRIX), { unlisted: [], stale: [] })
  const forgotten = [...routes, { method: 'GET', url: '/api/new' }]
  t.same(differences(forgotten, MATRIX).unlisted, ['GET /api/new'], 'an unlisted route is found')
  t.same(differences([], { 'GET /old': session() }).stale, ['GET /old'], 'a stale line is found')
})

for (const route of routes) {
  const entry = MATRIX[lineOf(route)]
  if (entry === undefined) continue
  void t.test(`${route.method} ${route.url}`, async (t) => {
    for (const actor of ACTORS) {
      const expected = entry[actor]
      const { status, code } = await call(route, actor)
      if (expected === 'passes') {
        if (!['GET', 'HEAD'].includes(route.method)) await restore()
        const refused =
          [401, 403].includes(status) || code === 'TENANT_NOT_FOUND' || code === 'ROUTE_NOT_FOUND'
        t.ok(!refused && status < 500, `${actor}: passes: ${status} ${code ?? ''}`)
      } else {
        const answer = { status, ...(route.method !== 'HEAD' && { code }) }
        const refusal = { status: ERRORS[expected][0], ...(route.method !== 'HEAD' && { code: expected }) }
        t.same(answer, refusal, `${actor}: ${expected}`)
      }
    }
  })
}
