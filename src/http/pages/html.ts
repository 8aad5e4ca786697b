export const HTML_TYPE = 'text/html; charset=utf-8'

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}

/** Text for the content or an attribute of an HTML element. */
export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

/** The Content-Security-Policy of pages that load only their style and icon. */
export const PAGE_POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; img-src 'self'; style-src 'self'"

/**
 * A complete page.
 * @param root the relative path from the page to `/`, without a slash at the end
 * @param body the HTML inside of `<main>`
 */
export const page = (title: string, root: string, body: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeHtml(title)}</title>
    <link rel="stylesheet" href="${root}/static/page.css" />
    <link rel="icon" type="image/svg+xml" href="${root}/static/icon.svg" />
  </head>
  <body>
    <header><img src="${root}/static/icon.svg" alt="" width="32" height="32" /><h1>${escapeHtml(title)}</h1></header>
    <main>
${body}
    </main>
  </body>
</html>
`
