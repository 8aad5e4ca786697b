import t from 'tap'
import { Environment } from '../../core/config/environment.js'
import { EVENT_DATA, eventSchema, type EventType } from '../../core/events.js'
import { compileCheck, compileTextCheck } from '../../core/validation/check.js'
import { sentenceOfPattern } from '../../core/validation/patterns.js'
import { sentenceOf } from '../../core/validation/sentences.js'
import { TEXT_FORMATS } from '../../core/validation/text-formats.js'
import { PatchDocument } from '../../src/schemas/document-changes.js'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { registeredRoutes } from '../helpers/registered-routes.js'
import { isSuperLinear } from './growth.js'
import { exportedSchemas, partsOf, patternsOf, type Schema } from './schema-parts.js'

const LENGTH = 100_000
const PARTS = ['body', 'querystring', 'params', 'headers'] as const

const { config } = await createInstallation(t)
const { routes } = await registeredRoutes(() => startApi(t, config))
const asked = routes.flatMap(({ method, url, schema = {} }) =>
  PARTS.flatMap((part) => {
    const one = schema[part] as Schema | undefined
    return one === undefined ? [] : [{ name: `${String(method)} ${url} ${part}`, part, schema: one }]
  })
)
const fixed = [
  Environment,
  ...(Object.keys(EVENT_DATA) as EventType[]).map(eventSchema),
  ...(await exportedSchemas(new URL('../../src/schemas', import.meta.url).pathname)),
  ...(await exportedSchemas(new URL('../../core', import.meta.url).pathname))
]
const parts = [...asked.map(({ schema }) => schema), ...fixed].flatMap(partsOf)
const patterns = [...new Set(parts.flatMap(patternsOf))]

void t.test('no pattern and no format takes more than linear time', async (t) => {
  t.ok(asked.length > 60 && patterns.length >= 15, `${asked.length} schemas, ${patterns.length} patterns`)
  for (const pattern of patterns) {
    const expression = new RegExp(pattern, 'u')
    t.notOk(
      isSuperLinear((text) => expression.test(text), LENGTH),
      pattern
    )
  }
  for (const [name, { passes }] of Object.entries(TEXT_FORMATS)) t.notOk(isSuperLinear(passes, LENGTH), name)
  const quadratic = /^[^\0]*[^\s\0][^\0]*$/u
  t.ok(
    isSuperLinear((text) => quadratic.test(text), 6_000),
    'a quadratic pattern is detected'
  )
})

void t.test('the only formats are those tested here', async (t) => {
  const used = new Set(parts.map((part) => part['format']).filter((format) => format !== undefined))
  t.ok(used.size >= 5)
  for (const format of used) t.ok((format as string) in TEXT_FORMATS, format as string)
  t.throws(() => compileCheck({ type: 'string', format: 'uri' })('a:b'), /unknown format/)
})

void t.test("a text's length is checked before its pattern and format", async (t) => {
  const texts = parts.filter(
    (part) => part['type'] === 'string' && 'maxLength' in part && ('pattern' in part || 'format' in part)
  )
  t.ok(texts.length > 10)
  for (const part of texts) {
    const check = compileCheck({ type: 'object', properties: { text: part } })
    const [problem] = check({ text: '\0'.repeat(Number(part['maxLength']) + 1) })
    t.match(problem?.message, /^must have at most [\d,]+ characters$/)
  }
})

/** Keywords without a constraint, and those whose parts are checked separately. */
const SILENT = new Set(
  '$id title description examples default properties items patternProperties content nullable deprecated'.split(
    ' '
  )
)
const SAMPLES: Record<string, object> = { enum: { allowedValues: ['a', 'b'] }, const: { allowedValue: 'a' } }

void t.test('every keyword of every schema has a sentence, every pattern too', async (t) => {
  for (const pattern of parts.flatMap((part) =>
    typeof part['pattern'] === 'string' ? [part['pattern']] : []
  ))
    t.ok(sentenceOfPattern(pattern), pattern)
  for (const part of parts) {
    for (const [keyword, value] of Object.entries(part).filter(([name]) => !SILENT.has(name))) {
      const params = { limit: value, [keyword]: value, ...SAMPLES[keyword] }
      const sentence = sentenceOf({ keyword, params, parentSchema: part })
      t.ok(isSentence(sentence), `${keyword} ${JSON.stringify(value)}: ${sentence}`)
    }
  }
})

const isSentence = (text: string) =>
  /^(must (not )?[a-z]+ |is required$|is not a known field$|may be given only once$)/.test(text) &&
  !/undefined|\bNOT\b|[\\^$|]|\[|\(\?|\b1 \w+s\b/.test(text)

const TEXTS = ['', ' ', '\0', '\u200b', 'a\ud800', '-', '0', '1e400', '1.5', '99999999999', 'x'.repeat(5000)]
const VALUES = [...TEXTS, null, true, -1, 0, 1.5, 1e12, [], {}, ['a', 'b'], { a: 1 }]

void t.test('every problem with a field is described in words', async (t) => {
  let said = 0
  for (const { name, part, schema } of asked) {
    // An upload is validated while it streams, by the schema of its fields.
    if ('content' in schema) continue
    const check = part === 'body' ? compileCheck(schema) : compileTextCheck(schema)
    const fields = partsOf(schema).flatMap((one) =>
      Object.keys((one['properties'] as object | undefined) ?? {})
    )
    for (const field of new Set(fields)) {
      for (const value of part === 'body' ? VALUES : [...TEXTS, ['a', 'b']]) {
        const problems = check({ [field]: value })
        for (const { field: where, message } of problems) {
          said += 1
          if (!isSentence(message)) t.fail(`${name} ${where}: ${message}`)
          if (!where.startsWith('/')) t.fail(`${name}: ${where}`)
        }
      }
    }
  }
  t.ok(said > 1000, `${said} problems`)
})

void t.test('a number in a text is plain digits', async (t) => {
  let numbers = 0
  for (const { name, schema } of asked.filter(({ part }) => part !== 'body')) {
    const fields = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)
    const whole = fields.filter(([, { type }]) => type === 'integer')
    numbers += whole.length
    const all = partsOf(schema).filter(({ type }) => type === 'integer' || type === 'number')
    t.equal(all.length, whole.length, `${name}: none is inside of another field, where it is not looked at`)
    const check = compileTextCheck(schema)
    const problemsOf = (field: string, value: string) =>
      check({ [field]: value }).filter((problem) => problem.field === `/${field}`)
    for (const [field] of whole) {
      t.same(problemsOf(field, '1'), [], `${name} ${field}`)
      for (const value of ['1e0', '0x1', '0b1', ' 1', '1 ', '+1', '1.0', '1_0', '', '9'.repeat(400)])
        t.match(
          problemsOf(field, value),
          [{ message: 'must be a whole number' }],
          `${name} ${field}=${value}`
        )
    }
  }
  t.ok(numbers > 20, `${numbers} numbers`)
})

void t.test('a failed choice is described by what the closest alternative requires', async (t) => {
  const check = compileCheck(PatchDocument)
  const said = (value: object) => check(value).map(({ field, message }) => `${field} ${message}`)
  t.match(said({ folder: 'a' }), [/^\/folder must be an absolute path/])
  t.same(said({ external_id: 'x'.repeat(256) }), ['/external_id must have at most 255 characters'])
  t.same(said({ folder: 1 }), ['/folder must be text or null'])
  t.same(said({ tags: Array.from({ length: 51 }, String) }), ['/tags must have at most 50 items'])
  t.same(said({ metadata: { a: 1e300 } }), [`/metadata/a must be at most ${Number.MAX_SAFE_INTEGER}`])
  t.same(said({ metadata: { a: [] } }), ['/metadata/a must be text or null or a number or true or false'])
})

void t.test('no route accepts unknown fields or query parameters', async (t) => {
  const open = routes
    .filter(({ method }) => method !== 'OPTIONS')
    .filter(({ config }) => config?.anyQuery === true)
  const exempt = [...new Set(open.map(({ url }) => url))].filter((url) => !url.startsWith('/docs'))
  t.same(
    exempt.sort(),
    ['/errors', '/objects/*', '/static/icon.svg', '/static/page.css'],
    'links are checked by their signature, and pages read no parameters'
  )
  for (const { method, url, config, schema } of routes) {
    if (config?.anyQuery === true || (method === 'OPTIONS' && url === '*')) continue
    t.match(schema?.querystring, { additionalProperties: false }, `${String(method)} ${url}`)
  }
  for (const { name, schema } of asked.filter(({ part }) => part === 'body')) {
    if ('content' in schema) continue
    for (const part of partsOf(schema).filter((one) => one['type'] === 'object'))
      t.equal(part['additionalProperties'], false, name)
  }
})
