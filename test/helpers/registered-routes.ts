import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'

/**
 * Everything `build` registers with Fastify, including hidden routes and HEAD twins: Fastify announces each instance
 * before anything is registered. https://fastify.dev/docs/latest/Reference/Hooks/#diagnostics-channel-hooks
 */
export async function registeredRoutes<T>(
  build: () => Promise<T>
): Promise<{ built: T; routes: RouteOptions[] }> {
  const routes: RouteOptions[] = []
  const onInstance = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', (route) => void routes.push(route))
  }
  subscribe('fastify.initialization', onInstance)
  try {
    return { built: await build(), routes }
  } finally {
    unsubscribe('fastify.initialization', onInstance)
  }
}
