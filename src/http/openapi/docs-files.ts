import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * The folder of the built Swagger UI. Nothing else of the package is used, because its routes compute their answers
 * each time.
 */
const FOLDER = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static')

const JAVASCRIPT = 'text/javascript; charset=utf-8'
const CSS = 'text/css; charset=utf-8'

/** The files below `/docs/static/`, by name; nothing else is served. */
export const DOCS_FILES: Record<string, { type: string; content: () => string | Buffer }> = {
  'swagger-ui.css': { type: CSS, content: () => readFileSync(join(FOLDER, 'swagger-ui.css')) },
  'index.css': { type: CSS, content: () => readFileSync(join(FOLDER, 'index.css')) },
  'swagger-ui-bundle.js': {
    type: JAVASCRIPT,
    content: () => readFileSync(join(FOLDER, 'swagger-ui-bundle.js'))
  },
  'favicon-32x32.png': { type: 'image/png', content: () => readFileSync(join(FOLDER, 'favicon-32x32.png')) },
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

/**
 * The page. Its files are beside it under both spellings of its URL, `/docs` and `/docs/`. @param files where they are
 */
export const docsPage = (files: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Strongroom API</title>
    <link rel="stylesheet" href="${files}/swagger-ui.css" />
    <link rel="stylesheet" href="${files}/index.css" />
    <link rel="icon" type="image/png" href="${files}/favicon-32x32.png" sizes="32x32" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="${files}/swagger-ui-bundle.js"></script>
    <script src="${files}/swagger-initializer.js"></script>
  </body>
</html>
`
