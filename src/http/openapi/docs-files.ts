import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DOCS_STYLE } from './docs-style.js'

/**
 * The folder of the built Swagger UI. Nothing else of the package is used, because its routes compute their answers on
 * every request.
 */
const FOLDER = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static')

const JAVASCRIPT = 'text/javascript; charset=utf-8'
const CSS = 'text/css; charset=utf-8'

/** The files below `/docs/static/`, by name; nothing else is served. */
export const DOCS_FILES: Record<string, { type: string; content: () => string | Buffer }> = {
  'swagger-ui.css': { type: CSS, content: () => readFileSync(join(FOLDER, 'swagger-ui.css')) },
  'docs.css': { type: CSS, content: () => DOCS_STYLE },
  'swagger-ui-bundle.js': {
    type: JAVASCRIPT,
    content: () => readFileSync(join(FOLDER, 'swagger-ui-bundle.js'))
  },
  // The typed token is never kept (`persistAuthorization`): in local storage it would outlive the tab.
  'swagger-initializer.js': {
    type: JAVASCRIPT,
    content: () => `const url = location.pathname.endsWith('/') ? 'json' : location.pathname + '/json'
window.ui = SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: url,
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  showExtensions: true,
  persistAuthorization: false,
  validatorUrl: null
})
`
  }
}

/** The page at `/docs`. @param root the relative path from the page to `/`, without a trailing slash */
export const docsPage = (root: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Strongroom API</title>
    <link rel="stylesheet" href="${root}/docs/static/swagger-ui.css" />
    <link rel="stylesheet" href="${root}/docs/static/docs.css" />
    <link rel="icon" type="image/svg+xml" href="${root}/static/icon.svg" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="${root}/docs/static/swagger-ui-bundle.js"></script>
    <script src="${root}/docs/static/swagger-initializer.js"></script>
  </body>
</html>
`
