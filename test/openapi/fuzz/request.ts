import type { InjectOptions } from 'fastify'
import type { Given, Plan } from './steps.js'
import type { World } from './world.js'

export interface BuiltRequest {
  inject: InjectOptions & { url: string; headers: Record<string, string> }
  /** Of JSON and forms, what the fields came to. */
  fields: Record<string, unknown> | undefined
}

const BOUNDARY = 'boundary-of-the-fuzzer'

/** The request of a plan, now that it is known what earlier answers told. */
export function buildRequest({ target, sender, parameters, body }: Plan, world: World): BuiltRequest {
  const valueOf = (given: Given) =>
    'recall' in given ? (world.recall(given.recall, given.index) ?? 'nothing-known') : given.value
  const texts = parameters.map(({ parameter, given }) => ({ ...parameter, text: String(valueOf(given)) }))

  const path = texts
    .filter((one) => one.in === 'path')
    .reduce((url, { name, text }) => url.replace(`{${name}}`, () => encodeURIComponent(text)), target.path)
  const query = texts
    .filter((one) => one.in === 'query')
    .map(({ name, text }) => `${name}=${encodeURIComponent(text)}`)
  const authorization = world.authorization(sender)
  const headers: Record<string, string> = {
    ...Object.fromEntries(texts.filter((one) => one.in === 'header').map(({ name, text }) => [name, text])),
    ...(authorization !== undefined && { authorization })
  }
  const url = query.length === 0 ? path : `${path}?${query.join('&')}`
  const method = target.method as 'GET'
  if (body === undefined) return { inject: { method, url, headers }, fields: undefined }

  if ('text' in body)
    return {
      inject: { method, url, headers: { ...headers, 'content-type': body.type }, payload: body.text },
      fields: undefined
    }
  const fields = Object.fromEntries(
    Object.entries(body.fields).map(([name, given]) => [name, valueOf(given)])
  )
  const isForm = body.type === 'multipart/form-data'
  headers['content-type'] = isForm ? `${body.type}; boundary=${BOUNDARY}` : body.type
  return {
    inject: { method, url, headers, payload: isForm ? toForm(fields) : JSON.stringify(fields) },
    fields
  }
}

function toForm(fields: Record<string, unknown>): string {
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"` +
      `${name === 'file' ? '; filename="fuzz.bin"' : ''}\r\n\r\n${String(value)}\r\n`
  )
  return `${parts.join('')}--${BOUNDARY}--\r\n`
}

/** The request for a shell, with the token of whoever sent it. */
export function toCurl(base: string, { inject }: BuiltRequest): string {
  const { method, url, headers, payload } = inject
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  const given = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`)
  const data = typeof payload === 'string' ? [`--data-binary ${quote(payload)}`] : []
  return ['curl', '-i', '-X', String(method), quote(base + url), ...given, ...data].join(' ')
}
