import fp from 'fastify-plugin'
import { createHashing } from './hashing.js'

/** Decorates the application with `hashing`, a `Hashing`, and ends its threads. */
export default fp(
  async (app) => {
    const hashing = createHashing()
    app.decorate('hashing', hashing)
    app.addHook('onClose', () => hashing.close())
  },
  { name: 'hashing' }
)
