import fc from 'fast-check'
import type { Schema } from '../../../src/http/openapi/schemas.js'
import type { NamedOperation, Parameter } from '../description.js'
import type { Values } from './values.js'
import { SENDERS, type Sender } from './world.js'

/** A literal value, or the name of a value from an earlier answer. */
export type Given = { value: unknown } | { recall: string; index: number }
export type Fields = Record<string, Given>

/** A body: fields, as a form or as JSON, or literal text. */
export type Body =
  { type: 'application/json' | 'multipart/form-data'; fields: Fields } | { type: string; text: string }

/** One request, as planned before the earlier answers are known. */
export interface Plan {
  target: NamedOperation
  sender: Sender
  parameters: { parameter: Parameter; given: Given }[]
  body: Body | undefined
  /** What violates the description, if anything. */
  wrong: string | undefined
}

/** The names whose values can be taken from answers. */
const RECALLED = new Set([
  ...[
    'tenant_id',
    'document_id',
    'file_id',
    'user_id',
    'session_id',
    'email',
    'service_account_id',
    'key_id',
    'webhook_id',
    'event_id',
    'cursor',
    'refresh_token'
  ],
  ...['password', 'current_password', 'topic', 'idempotency-key']
])

/** Values that a client can send in a header. */
const SENDABLE = /^[!-~]([ -~]*[!-~])?$/

/** Plans requests to an operation, either valid or with exactly one violation of the description. */
export function createPlans(values: Values, resolve: (schema: Schema) => Schema) {
  const given = (name: string, schema: Schema): fc.Arbitrary<Given> => {
    const value = values.fitting(resolve(schema)).map((one) => ({ value: one }))
    if (!RECALLED.has(name)) return value
    const recall = fc.nat(20).map((index) => ({ recall: name, index }))
    return fc.oneof({ weight: 9, arbitrary: recall }, { weight: 1, arbitrary: value })
  }
  const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })

  function parametersOf({ operation }: NamedOperation): fc.Arbitrary<Plan['parameters']> {
    const each = (operation.parameters ?? []).map((parameter) => {
      const one = given(parameter.name, parameter.schema)
        .filter((some) => parameter.in !== 'header' || 'recall' in some || SENDABLE.test(String(some.value)))
        .map((value) => ({ parameter, given: value }))
      return parameter.required ? one : sometimes(one)
    })
    return fc.tuple(...each).map((all) => all.filter((one) => one !== undefined))
  }

  function fieldsOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<Fields> {
    const fields = Object.entries(properties).map(([name, schema]) => [name, given(name, schema)] as const)
    return fc.record(Object.fromEntries(fields), { requiredKeys: required })
  }

  function bodyOf({ operation }: NamedOperation): fc.Arbitrary<Body | undefined> {
    const { content, required } = operation.requestBody ?? {}
    if (content === undefined) return fc.constant(undefined)
    const bodies = Object.entries(content).map(([type, media]): fc.Arbitrary<Body> => {
      if (type !== 'application/json' && type !== 'multipart/form-data')
        return fc.string({ unit: 'binary' }).map((text) => ({ type, text }))
      return fieldsOf(resolve(media.schema)).map((fields) => ({ type, fields }))
    })
    return required === true ? fc.oneof(...bodies) : sometimes(fc.oneof(...bodies))
  }

  /** Ways to make a plan for this operation violate the description. */
  function spoilers({ operation }: NamedOperation): fc.Arbitrary<(plan: Plan) => Plan>[] {
    const ofParameters = (operation.parameters ?? []).flatMap((parameter) => {
      const text = values.unfittingText(resolve(parameter.schema), parameter.in)
      if (text === null) return []
      return text.map((value) => (plan: Plan): Plan => {
        const others = plan.parameters.filter((one) => one.parameter !== parameter)
        const wrong = `${parameter.in} ${parameter.name}`
        return { ...plan, parameters: [...others, { parameter, given: { value } }], wrong }
      })
    })
    const json = operation.requestBody?.content['application/json']
    return [...ofParameters, ...(json ? spoilersOfJson(resolve(json.schema)) : [])]
  }

  function spoilersOfJson({ properties = {}, required = [] }: Schema): fc.Arbitrary<(plan: Plan) => Plan>[] {
    const type = 'application/json'
    const change =
      (wrong: string, alter: (fields: Fields) => Fields) =>
      (plan: Plan): Plan => {
        const fields = plan.body && 'fields' in plan.body ? plan.body.fields : {}
        return { ...plan, body: { type, fields: alter(fields) }, wrong }
      }
    const replace =
      (wrong: string, body: Body) =>
      (plan: Plan): Plan => ({ ...plan, body, wrong })
    return [
      ...Object.entries(properties)
        // Fields without a type or enum accept any JSON, so no value spoils them.
        .filter(([, schema]) =>
          Object.keys(resolve(schema)).some((word) => word === 'type' || word === 'enum')
        )
        .map(([name, schema]) =>
          values
            .unfitting(resolve(schema))
            .map((value) => change(`field ${name}`, (fields) => ({ ...fields, [name]: { value } })))
        ),
      ...required.map((name) =>
        fc.constant(change(`no field ${name}`, ({ [name]: _gone, ...others }) => others))
      ),
      fc
        .string({ minLength: 1 })
        .filter((name) => !(name in properties) && name !== '__proto__')
        .map((name) => change('an unknown field', (fields) => ({ ...fields, [name]: { value: 1 } }))),
      fc
        .constantFrom(
          '{',
          '{"a":1}}',
          '[]',
          '"text"',
          '1',
          'true',
          '{"__proto__":{}}',
          '{"constructor":{"prototype":{}}}'
        )
        .map((text) => replace(`body ${text}`, { type, text })),
      fc
        .constantFrom('text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense')
        .map((other) => replace(`type ${other}`, { type: other, text: 'a=1' }))
    ]
  }

  return (target: NamedOperation): fc.Arbitrary<Plan> => {
    const sender = fc.constantFrom<Sender>(...Array<Sender>(12).fill('admin'), ...SENDERS)
    const right = fc
      .record({ sender, parameters: parametersOf(target), body: bodyOf(target) })
      .map((parts): Plan => ({ ...parts, target, wrong: undefined }))
    const ways = spoilers(target)
    if (ways.length === 0) return right
    const wrong = fc.tuple(right, fc.oneof(...ways)).map(([plan, spoil]) => spoil(plan))
    return fc.oneof(right, wrong)
  }
}
