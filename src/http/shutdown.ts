import fp from 'fastify-plugin'

/**
 * Lets connections end with the answer that they wait for once the server closes: one that was busy then would
 * otherwise be kept alive, and closing would wait for it.
 */
export default fp(
  async (app) => {
    let closing = false
    app.addHook('preClose', async () => {
      closing = true
    })
    app.addHook('onSend', (_request, reply, payload, done) => {
      if (closing) void reply.header('connection', 'close')
      done(null, payload)
    })
  },
  { name: 'graceful-close' }
)
