import type { FastifyInstance } from 'fastify'

/** Makes a tenant route that forgot to say who may call it fail the start of the server. */
export function requireRoleOnEveryRoute(scope: Pick<FastifyInstance, 'addHook'>): void {
  scope.addHook('onRoute', (route) => {
    if (route.config?.role === undefined) {
      throw new Error(`${String(route.method)} ${route.url} is inside a tenant and needs config.role`)
    }
  })
}
