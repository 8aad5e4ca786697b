import { INFO } from '../openapi/front-matter.js'
import { page } from './html.js'

/** The page at `/`. @param docs whether the documentation is served */
export function landingPage(docs: boolean): string {
  const links = [
    ...(docs
      ? [
          ['docs', 'Documentation: how to start, and every request to try out'],
          ['openapi.yaml', 'OpenAPI description, for programs']
        ]
      : []),
    ['errors', 'Errors: what each code means and what to do'],
    ['health/ready', 'Health: whether the service can take requests']
  ]
  const items = links.map(([path, text]) => `        <li><a href="./${path}">${text}</a></li>`)
  return page(
    INFO.title,
    '.',
    `      <p>A document backend for many tenants. Version ${INFO.version}.</p>
      <ul>
${items.join('\n')}
      </ul>`
  )
}
