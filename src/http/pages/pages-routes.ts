import type { FastifyInstance } from 'fastify'
import { constantAnswer } from '../constant-answer.js'
import { bothSpellings } from './both-spellings.js'
import { errorsPage } from './errors-page.js'
import { PAGE_POLICY } from './html.js'
import { ICON, PAGE_STYLE } from './page-files.js'

/**
 * The page `/errors`, and the style and icon of all pages. They are served with `DOCS=off` too, since error answers link
 * to them.
 */
export async function pagesRoutes(app: FastifyInstance) {
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.header('content-security-policy', PAGE_POLICY)
    done()
  })
  // Links from elsewhere may add parameters.
  const route = { schema: { hide: true }, config: { anyQuery: true } }
  app.get('/errors', route, bothSpellings(errorsPage))
  app.get(
    '/static/page.css',
    route,
    constantAnswer('text/css; charset=utf-8', () => PAGE_STYLE)
  )
  app.get(
    '/static/icon.svg',
    route,
    constantAnswer('image/svg+xml', () => ICON)
  )
}
