import fp from 'fastify-plugin'

/**
 * Bodies are JSON where a route does not say otherwise. An empty one is no body at all: many clients name the
 * content type also when they have nothing to send.
 */
export default fp(
  async (app) => {
    const parse = app.getDefaultJsonParser('error', 'error')
    app.removeContentTypeParser(['application/json', 'text/plain'])
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
      if (body === '') done(null, undefined)
      else void parse(request, body as string, done)
    })
  },
  { name: 'json-body' }
)
