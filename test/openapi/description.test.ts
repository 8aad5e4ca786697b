import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { parse } from 'yaml'
import { clientTypes } from '../../scripts/openapi/client-types.js'
import { ERRORS } from '../../core/errors.js'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { errorCodesOf, operationsOf, type Description } from './description.js'
import { createSchemaChecks } from './schema-checks.js'

const { config } = await createInstallation(t)
const { app } = await startApi(t, config)
const description = (await app.inject('/openapi.json')).json<Description>()
const operations = operationsOf(description)
const committed = readFileSync('openapi.yaml', 'utf8')
const checks = createSchemaChecks(description)

t.test('the committed files match the application', async (t) => {
  const advice = 'run `npm run openapi` and commit what it changes'
  t.same(parse(committed), description, `openapi.yaml: ${advice}`)
  t.same(parse((await app.inject('/openapi.yaml')).body), description, '/openapi.yaml is the same')
  const types = readFileSync('client/schema.ts', 'utf8')
  t.ok(types === (await clientTypes(committed)), `client/schema.ts: ${advice}`)
})

t.test('the description is valid OpenAPI 3.0', async (t) => {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(
    structuredClone(description) as unknown as Record<string, unknown>
  )
  t.ok(valid, JSON.stringify(errors))
  t.equal(validator.version, '3.0')
})

t.test('the description has the version of the package', async (t) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  t.equal(description.info.version, version)
})

t.test('every parameter and header has a description and a valid example', async (t) => {
  const wrong = operations.flatMap(({ name, operation }) => {
    const headers = Object.values(operation.responses)
      .flatMap((response) => Object.entries(response.headers ?? {}))
      .map(([header, one]) => ({ ...one, name: header }))
    return [...(operation.parameters ?? []), ...headers].flatMap((one) => [
      ...(one.description ? [] : [`${name}: ${one.name} is not described`]),
      ...checks
        .problems(one.schema, one.example ?? checks.exampleOf(one.schema))
        .map((problem) => `${name}: ${one.name}: ${problem}`)
    ])
  })
  t.same(wrong, [])
})

t.test('every body and every field of it has a valid example', async (t) => {
  const wrong = operations.flatMap(({ name, operation }) => {
    const bodies = [operation.requestBody, ...Object.values(operation.responses)]
    return bodies
      .flatMap((body) => Object.values(body?.content ?? {}))
      .flatMap(({ schema, example, examples }) => {
        const shown = Object.values(examples ?? {}).map((one) => one.value)
        if (examples === undefined && !checks.holdsBytes(schema))
          shown.push(example ?? checks.exampleOf(schema))
        return [
          ...shown.flatMap((one) => checks.problems(schema, one)),
          ...checks.withoutExample(schema).map((field) => `no example of ${field}`)
        ]
      })
      .map((problem) => `${name}: ${problem}`)
  })
  t.same(wrong, [])
})

const HEADERS_OF_ERRORS: Record<string, string> = {
  401: 'www-authenticate',
  416: 'content-range',
  429: 'retry-after',
  503: 'retry-after'
}

t.test('every error has an example of each of its codes, and the headers that a client needs', async (t) => {
  for (const { name, operation } of operations) {
    for (const [status, { description, content, headers = {} }] of Object.entries(operation.responses)) {
      const examples = content?.['application/json']?.examples
      if (Number(status) < 400 || examples === undefined) continue
      const told = [...description.matchAll(/`([A-Z_]+)`: /g)].map((match) => match[1])
      t.same(Object.keys(examples), told, `${name}: ${status}`)
      const header = HEADERS_OF_ERRORS[status]
      if (header !== undefined) t.ok(header in headers, `${name}: ${status}`)
    }
    for (const status of ['400', '500', '503']) t.ok(status in operation.responses, `${name}: ${status}`)
  }
  t.match(description.info.description, /Every answer has the header `x-request-id`/)
  const codes = Object.values(description.components.responses).flatMap(({ content }) =>
    Object.keys(content?.['application/json']?.examples ?? {})
  )
  const elsewhere = ['ROUTE_NOT_FOUND', 'LINK_INVALID']
  t.same([...codes, ...elsewhere].sort(), Object.keys(ERRORS).sort(), 'every code occurs in a response')
})

t.test('an operation lists the codes of its statuses, and has a status for each of its codes', async (t) => {
  for (const { name, operation } of operations) {
    const codes = errorCodesOf(description, operation) as (keyof typeof ERRORS)[]
    const statuses = codes.map((code) => String(ERRORS[code][0]))
    const declared = Object.keys(operation.responses).filter((status) => Number(status) >= 400)
    // The 503 of readiness has no code: it lists what is down.
    const listed = name === 'GET /health/ready' ? [...statuses, '503'] : statuses
    t.same([...new Set(listed)].sort(), declared.sort(), name)
    t.equal(new Set(codes).size, codes.length, `${name}: each code once`)
  }
})

t.test('an operation lists the codes with which a key or a body may be refused', async (t) => {
  const missing = operations.flatMap(({ name, method, operation }) => {
    const { security, 'x-scope': scope = 'any' } = operation
    const expected = [
      ...(security?.some((one) => 'bearer' in one) === true ? ['PERSONS_ONLY'] : []),
      ...(scope === 'any' ? [] : ['INSUFFICIENT_SCOPE']),
      ...(method === 'GET' || method === 'HEAD' ? [] : ['UNSUPPORTED_MEDIA_TYPE'])
    ]
    const listed = errorCodesOf(description, operation)
    return expected.filter((code) => !listed.includes(code)).map((code) => `${name}: ${code}`)
  })
  t.same(missing, [])
})

/** The file may grow only with its operations: it had 120 KiB when there were 41. */
const BYTES_PER_OPERATION = (120 * 1024) / 41

t.test('the description is small, and every schema of a body has a name', async (t) => {
  const size = Buffer.byteLength(committed)
  t.ok(size < BYTES_PER_OPERATION * operations.length, `${size} bytes for ${operations.length} operations`)
  const unnamed = operations.flatMap(({ name, operation }) =>
    [operation.requestBody, ...Object.values(operation.responses)]
      .flatMap((body) => Object.values(body?.content ?? {}))
      .filter(({ schema }) => schema.$ref === undefined && schema.type !== 'string')
      .map(() => name)
  )
  t.same(unnamed, [])
  const inside = Object.entries(description.components.schemas).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties)
      .filter(([, part]) => part.properties !== undefined || part.anyOf !== undefined)
      .map(([field]) => `${name}.${field}`)
  )
  t.same(inside, [], 'schemas of nested objects have names too')
})
