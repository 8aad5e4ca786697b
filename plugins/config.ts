import fp from 'fastify-plugin'
import type { Config } from '../core/config/config.js'

/** Decorates the application with `config`, for plugins and composition code; routes do not see it. */
export default fp(
  async (app, { config }: { config: Config }) => {
    app.decorate('config', config)
  },
  { name: 'config' }
)
