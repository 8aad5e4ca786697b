import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { resource } from '../resources.js'
import { AppError } from '../../core/errors.js'
import { isUuid } from '../../core/uuid.js'
import type { Role, Tenant } from '../../db/main/tenants-repository.js'
import { requireScope } from '../auth/scopes.js'
import type { TenantRef } from './router.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Hook for tenant scopes: sets `request.identity`, `request.tenant` and `request.role`, or answers 401, 403, 404, 429. */
    requireMembership: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  }
  interface FastifyRequest {
    /** The tenant of the URL, of which the sender is a member; set in tenant scopes. */
    tenant: Tenant & TenantRef
    /** The sender's role in that tenant. */
    role: Role
  }
  interface FastifyContextConfig {
    /** The minimum role for calling the route. Every route of a tenant scope has one. */
    role?: Role
    /** Admits an admin even if the tenant is inactive or not ready. */
    alsoInactive?: boolean
  }
}

const RANK: Record<Role, number> = { viewer: 1, user: 2, admin: 3 }

/**
 * Decorates the application with the hook `requireMembership`. It runs before the body is read, so that outsiders learn
 * nothing from how a request is validated.
 */
export default fp(
  async (app) => {
    const access = resource(app, 'access')
    app.decorateRequest('tenant')
    app.decorateRequest('role')

    async function check(request: FastifyRequest): Promise<void> {
      const { tenant_id: tenantId } = request.params as { tenant_id: string }
      if (!isUuid(tenantId)) throw new AppError('TENANT_NOT_FOUND')
      const membership = await access.findMembership(request.identity, tenantId)
      if (membership === null) throw new AppError('TENANT_NOT_FOUND')
      requireScope(request)
      const { tenant, role } = membership
      const { role: needed = 'admin', alsoInactive = false } = request.routeOptions.config
      if (!(alsoInactive && role === 'admin')) {
        if (!tenant.is_active) throw new AppError('TENANT_INACTIVE')
        if (tenant.status !== 'active') throw new AppError('TENANT_NOT_READY')
      }
      if (RANK[role] < RANK[needed]) throw new AppError('INSUFFICIENT_ROLE')
      request.tenant = { ...tenant, askAgain: () => mayContinue(request) }
      request.role = role
    }

    async function mayContinue(request: FastifyRequest): Promise<void> {
      await app.readKeyAgain(request)
      await check(request)
    }

    function askAgain(this: FastifyRequest): Promise<void> {
      return mayContinue(this)
    }

    app.decorate('requireMembership', async (request: FastifyRequest, reply: FastifyReply) => {
      await app.identify(request, reply)
      request.askAgain = askAgain
      await check(request)
      app.requestLimits.tenant(reply, request.tenant.id)
    })
  },
  { name: 'membership', dependencies: ['access', 'auth'] }
)
