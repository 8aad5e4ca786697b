import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DOCS_STYLE } from './docs-style.js'

/** The folder of the built Swagger UI; nothing else of the package is used, since it computes its answers each time. */
const FOLDER = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static')

const JAVASCRIPT = 'text/javascript; charset=utf-8'
const CSS = 'text/css; charset=utf-8'

/** What `/docs/static/` answers, by name; everything else is not there. */
export const DOCS_FILES: Record<string, { type: string; content: () => string | Buffer }> = {
  'swagger-ui.css': { type: CSS, content: () => readFileSync(join(FOLDER, 'swagger-ui.css')) },
  'docs.css': { type: CSS, content: () => DOCS_STYLE },
  'swagger-ui-bundle.js': {
    type: JAVASCRIPT,
    content: () => readFileSync(join(FOLDER, 'swagger-ui-bundle.js'))
  },
  // The token that is typed in is never kept (`persistAuthorization`): it would outlive the tab in its local storage.
  'swagger-initializer.js': {
    type: JAVASCRIPT,
    content: () => `const url = location.pathname.endsWith('/') ? 'json' : location.pathname + '/json'
window.ui = SwaggerUIBundle({
  dom_id: '#swagger-ui',
  url: url,
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null
})
`
  }
}

/** The page at `/docs`. @param root the relative path from the page to `/`, without a slash at the end */
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
