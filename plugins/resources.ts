import type { FastifyInstance } from 'fastify'
import type { Config } from '../core/config/config.js'

/**
 * The resources that plugins open and share, by name. Each plugin adds its own by declaration merging, next to its
 * code. Routes cannot import this: they get services, never the resources that services use.
 */
export interface Resources {
  /** The settings of this process. */
  config: Config
}

/** Shares a resource with plugins and composition code registered later. */
export function provide<Name extends keyof Resources>(
  app: FastifyInstance,
  name: Name,
  value: Resources[Name]
): void {
  app.decorate<unknown>(name, value)
}

/** A resource that a plugin has provided. @throws if the plugin is not registered yet */
export function resource<Name extends keyof Resources>(
  app: Pick<FastifyInstance, 'getDecorator'>,
  name: Name
): Resources[Name] {
  return app.getDecorator(name)
}
