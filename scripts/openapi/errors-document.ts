import { ERROR_GUIDE, retryOf } from '../../core/error-guide.js'
import { ERRORS, type ErrorCode } from '../../core/errors.js'

const INTRODUCTION = `<!-- Generated from core/errors.ts and core/error-guide.ts by \`npm run openapi\`; do not edit. -->

# Errors

Match on the code: its meaning never changes. New codes may be added. A running server shows this list at \`/errors\`,
and if \`PUBLIC_URL\` is set, each error links to its code there: in \`error.documentation_url\`, or in \`type\` of
\`application/problem+json\`.

"Retry" says whether the same request can succeed later. "no": only after you have done what "What to do" says. "yes":
you can send it again. "after Retry-After": you can send it again after the number of seconds in that header.
`

/** docs/ERRORS.md */
export function errorsDocument(): string {
  const sections = (Object.keys(ERRORS) as ErrorCode[]).map((code) => {
    const [status, message] = ERRORS[code]
    const [when, action] = ERROR_GUIDE[code]
    return `## ${code}

> ${escapeMarkdown(message)}

- **Status**: ${status}
- **When it happens**: ${escapeMarkdown(when)}
- **What to do**: ${escapeMarkdown(action)}
- **Retry**: ${retryOf(code)}
`
  })
  return [INTRODUCTION, ...sections].join('\n')
}

const escapeMarkdown = (text: string) => text.replace(/[<>_*`]/g, '\\$&')
