import type { FastifyInstance } from 'fastify'
import type { Config } from '../../core/config/config.js'
import { resource } from '../../plugins/resources.js'

/** The settings of this process: the one resource that routes may read. */
export const settingsOf = (app: Pick<FastifyInstance, 'getDecorator'>): Config => resource(app, 'config')
