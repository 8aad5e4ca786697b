import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.js'
import { allows, type RouteScope } from '../../core/scopes.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scope that a key needs to call the route. Every route of the API declares one. */
    scope?: RouteScope
  }
}

/** Makes the start fail if a route of the API does not declare the scope that a key needs. */
export function requireScopeOnEveryRoute(app: Pick<FastifyInstance, 'addHook'>): void {
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/api/') && route.config?.scope === undefined)
      throw new Error(`${String(route.method)} ${route.url} needs config.scope (core/scopes.ts)`)
  })
}

/**
 * Refuses a key that lacks the route's scope. People have every scope: their role decides.
 * @throws {AppError} PERSONS_ONLY, INSUFFICIENT_SCOPE
 */
export function requireScope({ identity, routeOptions }: FastifyRequest): void {
  const { key } = identity
  if (key === undefined) return
  const { scope = 'persons' } = routeOptions.config
  if (scope === 'any') return
  if (scope === 'persons' || scope === 'public') throw new AppError('PERSONS_ONLY')
  if (!allows(key.scopes, scope))
    throw new AppError('INSUFFICIENT_SCOPE', {
      message: `This key lacks the scope ${scope}; use one that has it`
    })
}
