import type { FastifyInstance } from 'fastify'
import { resource } from '../../../plugins/resources.js'
import { docsPolicy } from '../security.js'
import { bothSpellings } from '../pages/both-spellings.js'
import { constantAnswer, JSON_TYPE } from './constant-answer.js'
import { DOCS_FILES, docsPage } from './docs-files.js'

/** The browsable documentation. @param options.described the description that the page shows */
export async function docsRoutes(app: FastifyInstance, { described }: { described: () => object }) {
  const policy = Object.entries(docsPolicy(resource(app, 'config')))
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ')
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.header('content-security-policy', policy)
    done()
  })
  // Others append parameters to these URLs: caches, and sites that link here.
  const route = { schema: { hide: true }, config: { anyQuery: true } }

  app.get('/', route, bothSpellings(docsPage))
  app.get(
    '/json',
    route,
    constantAnswer(JSON_TYPE, () => JSON.stringify(described()))
  )
  for (const [name, { type, content }] of Object.entries(DOCS_FILES))
    app.get(`/static/${name}`, route, constantAnswer(type, content))
}
