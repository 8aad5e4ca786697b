import type { Given, Plan } from './steps.js'
import type { World } from './world.js'

export interface BuiltRequest {
  method: string
  /** The path with the query. */
  url: string
  headers: Record<string, string>
  payload?: string
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** The parsed body; undefined if it is not JSON. */
  json: unknown
}

const BOUNDARY = 'boundary-of-the-fuzzer'

/** Builds a plan's request with values from earlier answers. */
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
  const { method } = target
  if (body === undefined) return { method, url, headers }

  if ('text' in body)
    return { method, url, headers: { ...headers, 'content-type': body.type }, payload: body.text }
  const fields = Object.fromEntries(
    Object.entries(body.fields).map(([name, given]) => [name, valueOf(given)])
  )
  const isForm = body.type === 'multipart/form-data'
  headers['content-type'] = isForm ? `${body.type}; boundary=${BOUNDARY}` : body.type
  return { method, url, headers, payload: isForm ? toForm(fields) : JSON.stringify(fields) }
}

export async function send(base: string, { method, url, headers, payload }: BuiltRequest): Promise<Answer> {
  const body = payload ?? null
  const answer = await fetch(base + url, { method, headers, body, redirect: 'manual' })
  const text = await answer.text()
  const isJson = /^application\/json/.test(answer.headers.get('content-type') ?? '') && text !== ''
  return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : undefined }
}

function toForm(fields: Record<string, unknown>): string {
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"` +
      `${name === 'file' ? '; filename="fuzz.bin"' : ''}\r\n\r\n${String(value)}\r\n`
  )
  return `${parts.join('')}--${BOUNDARY}--\r\n`
}

/** The request as a curl command, with its sender's token. */
export function toCurl(base: string, { method, url, headers, payload }: BuiltRequest): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  const given = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`)
  const data = payload !== undefined ? [`--data-binary ${quote(payload)}`] : []
  return ['curl', '-i', '-X', method, quote(base + url), ...given, ...data].join(' ')
}
