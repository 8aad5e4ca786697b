import { ERROR_GUIDE, retryOf } from '../../core/error-guide.js'
import { ERRORS, type ErrorCode } from '../../core/errors.js'

const INTRODUCTION = `<!-- Made of core/errors.ts and core/error-guide.ts by \`npm run openapi\`; changes here would be lost. -->

# Errors

Match on the code, which never changes its meaning; new codes may be added. A running server shows this list at \`/errors\`,
and if \`PUBLIC_URL\` is set, each error leads to its code there: \`error.documentation_url\`, or \`type\` in
\`application/problem+json\`.

"Retry" says whether the same request can succeed later: "no" until you have done what the table says, "yes" when sent
again, or "after Retry-After": after as many seconds as that header says.
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
