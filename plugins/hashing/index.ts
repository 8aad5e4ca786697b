import fp from 'fastify-plugin'
import { provide } from '../resources.js'
import { createHashing, type Hashing } from './hashing.js'

declare module '../resources.js' {
  interface Resources {
    hashing: Hashing
  }
}

/** Provides `hashing`, and ends its threads. */
export default fp(
  async (app) => {
    const hashing = createHashing()
    provide(app, 'hashing', hashing)
    app.addHook('onClose', () => hashing.close())
  },
  { name: 'hashing' }
)
