import fc from 'fast-check'
import type { Schema } from '../../../src/http/openapi/schemas.js'
import type { SchemaChecks } from '../schema-checks.js'

const EVERY_CHARACTER = { unit: 'binary' } as const

/** Generates values that fit a schema, and values that do not. */
export function createValues(checks: SchemaChecks) {
  const fits = (schema: Schema) => (value: unknown) => checks.problems(schema, value).length === 0
  const doesNotFit = (schema: Schema) => (value: unknown) => !fits(schema)(value)

  function fitting(schema: Schema): fc.Arbitrary<unknown> {
    const { type, enum: words, anyOf, items, minimum = -1000, maximum = 1000, example } = schema
    if (words) return fc.constantFrom(...words)
    if (anyOf) return fc.oneof(...anyOf.map(fitting))
    if (type === 'boolean') return fc.boolean()
    if (type === 'integer') return fc.integer({ min: minimum, max: maximum })
    if (items)
      return fc
        .array(fitting(checks.resolve<Schema>(items)), { minLength: 1, maxLength: 3 })
        .filter(fits(schema))
    if (type !== 'string') return fc.jsonValue()
    return fc.oneof(fc.constant(example), fittingText(schema)).filter(fits(schema))
  }

  function fittingText({ format, pattern, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<unknown> {
    if (format === 'uuid') return fc.uuid()
    if (format === 'date-time')
      return fc
        .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
        .map((date) => date.toISOString())
    const text = fc.string({ ...EVERY_CHARACTER, minLength, maxLength })
    return pattern === undefined ? text : fc.oneof(fc.stringMatching(new RegExp(pattern)), text)
  }

  /** JSON that does not fit. */
  const unfitting = (schema: Schema): fc.Arbitrary<unknown> =>
    fc.oneof(fc.jsonValue(), unfittingWords(schema), fc.string(EVERY_CHARACTER)).filter(doesNotFit(schema))

  const tooLong = ({ maxLength = 100 }: Schema) => 'x'.repeat(maxLength + 1)
  const unfittingWords = (schema: Schema) =>
    fc.constantFrom(
      tooLong(schema),
      '',
      ' ',
      '\u0000',
      'a\u0000b',
      '../../etc/passwd',
      "'; drop table users; --"
    )

  /** Text for a path, query or header that violates its schema; null if no text can. */
  function unfittingText(schema: Schema, place: string): fc.Arbitrary<string> | null {
    const { type } = schema
    if (type === 'integer') return fc.constantFrom('', 'x', '1.5', '-1', '0', '1e400', 'NaN', '99999999999')
    if (type === 'boolean') return fc.constantFrom('', 'yes', '1', 'TRUE', 'null')
    const isBound = ['format', 'pattern', 'minLength', 'maxLength', 'enum'].some((word) => word in schema)
    if (!isBound) return null
    const any = place === 'header' ? fc.string() : fc.string(EVERY_CHARACTER)
    const words = place === 'header' ? fc.constantFrom(tooLong(schema), 'a b', '') : unfittingWords(schema)
    const unfit = fc.oneof(words, any).filter(doesNotFit(schema))
    // HTTP strips white space around a header's value.
    const text = place === 'header' ? unfit.filter((value) => value === value.trim()) : unfit
    // Empty and dot segments lead to another route.
    return place === 'path' ? text.filter((segment) => !['', '.', '..'].includes(segment)) : text
  }

  return { fitting, unfitting, unfittingText, fits }
}

export type Values = ReturnType<typeof createValues>
