import type { NamedOperation } from '../description.js'
import type { SchemaChecks } from '../schema-checks.js'
import type { Answer } from './request.js'
import type { Plan } from './steps.js'

/**
 * What is wrong with an answer, by the description and by what holds for all of them; undefined: nothing.
 * @param errorCodes of the operation
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
  if (media === undefined) return `${type} is not declared of ${status}`
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
  // A segment that is longer than any parameter leads nowhere.
  const allowed = path.includes('{') ? [...declared, 'ROUTE_NOT_FOUND'] : declared
  return code !== undefined && allowed.includes(code) ? undefined : `${code ?? 'no code'} is not declared`
}
