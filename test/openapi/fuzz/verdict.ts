import type { NamedOperation } from '../description.js'
import type { SchemaChecks } from '../schema-checks.js'
import type { Answer } from './request.js'
import type { Plan } from './steps.js'

/**
 * Checks an answer against the description and against rules that hold for all answers.
 * @param errorCodes the operation's error codes
 * @returns the objection, or undefined if the answer is right
 */
export function verdict(
  plan: Plan,
  answer: Answer,
  checks: SchemaChecks,
  errorCodes: string[]
): string | undefined {
  const { status, headers } = answer
  const { target, wrong } = plan
  if (status >= 500) return `${status}: no request may make the server fail`
  const declared = target.operation.responses[String(status)]
  if (declared === undefined) return `${status} is not declared`
  if (wrong !== undefined && status < 400) return `${status}, although this is wrong: ${wrong}`
  if (!headers.has('x-request-id')) return 'there is no x-request-id'
  if (target.method === 'HEAD') return undefined
  if (declared.content === undefined) return answer.text === '' ? undefined : 'no body is declared'

  const whole = headers.get('content-type') ?? ''
  const type = whole.split(';')[0] ?? ''
  const media = declared.content[whole] ?? declared.content[type] ?? declared.content['*/*']
  if (media === undefined) return `${type} is not declared for ${status}`
  if (type !== 'application/json' || checks.holdsBytes(media.schema)) return undefined
  const body = answer.json as { error?: { code: string } }
  const [problem] = checks.problems(media.schema, body)
  if (problem !== undefined) return `the answer does not fit its schema: ${problem}`
  return media.examples && verdictOnCode(target, errorCodes, body.error?.code)
}

function verdictOnCode(
  { path }: NamedOperation,
  declared: string[],
  code: string | undefined
): string | undefined {
  // A segment longer than the router allows for parameters matches no route.
  const allowed = path.includes('{') ? [...declared, 'ROUTE_NOT_FOUND'] : declared
  return code !== undefined && allowed.includes(code) ? undefined : `${code ?? 'no code'} is not declared`
}
