import type { FastifyInstance } from 'fastify'

/** Stops the server's start if a tenant route does not declare who may call it. */
export function requireRoleOnEveryRoute(scope: Pick<FastifyInstance, 'addHook'>): void {
  scope.addHook('onRoute', (route) => {
    if (route.config?.role === undefined) {
      throw new Error(`${String(route.method)} ${route.url} is inside a tenant and needs config.role`)
    }
  })
}
