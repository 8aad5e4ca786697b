import { ERROR_GUIDE, retryOf } from '../../../core/error-guide.js'
import { ERRORS, type ErrorCode } from '../../../core/errors.js'
import { escapeHtml, page } from './html.js'

/** The page at `/errors`: every error, each with its code as the fragment. @param root see {@link page} */
export function errorsPage(root: string): string {
  const rows = (Object.keys(ERRORS) as ErrorCode[]).map((code) => {
    const [when, action] = ERROR_GUIDE[code]
    const cells = [String(ERRORS[code][0]), when, action, retryOf(code)]
    return `          <tr id="${code}">
            <th scope="row"><a href="#${code}"><code>${code}</code></a></th>
${cells.map((cell) => `            <td>${escapeHtml(cell)}</td>`).join('\n')}
          </tr>`
  })
  return page(
    'Strongroom errors',
    root,
    `      <p>A code never changes its meaning. "Retry" says whether the same request can succeed later.</p>
      <table>
        <thead>
          <tr><th>Code</th><th>Status</th><th>When it happens</th><th>What to do</th><th>Retry</th></tr>
        </thead>
        <tbody>
${rows.join('\n')}
        </tbody>
      </table>`
  )
}
