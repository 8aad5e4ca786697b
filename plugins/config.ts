import fp from 'fastify-plugin'
import type { Config } from '../core/config/config.js'
import { provide } from './resources.js'

/** Provides `config`. */
export default fp(
  async (app, { config }: { config: Config }) => {
    provide(app, 'config', config)
  },
  { name: 'config' }
)
