import t from 'tap'
import { ERRORS } from '../../core/errors.js'
import { sendRaw, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const PUBLIC_URL = 'https://documents.example.com/x'
const { config, configWith } = await createInstallation(t)
const { app, url } = await startApi(t, config)
const known = await startApi(t, configWith({ PUBLIC_URL, CORS_ORIGINS: 'https://app.example.com' }))

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'

void t.test('GET / is a page for clients that prefer HTML, and JSON for all others', async (t) => {
  const wishes: [string | undefined, boolean][] = [
    [undefined, false],
    ['*/*', false],
    ['application/json', false],
    ['application/json, text/html', false],
    ['text/html;q=0.5, application/json', false],
    ['text/html;q=0', false],
    ['application/problem+json', false],
    ['image/png', false],
    ['nonsense', false],
    ['text/html', true],
    ['text/*', true],
    ['text/html, application/json;q=0.9', true],
    [BROWSER, true]
  ]
  for (const [accept, isPage] of wishes) {
    const { statusCode, headers } = await app.inject({ url: '/', headers: accept ? { accept } : {} })
    const name = `Accept: ${String(accept)}`
    t.equal(statusCode, 200, name)
    t.match(headers['content-type'], isPage ? 'text/html; charset=utf-8' : 'application/json', name)
    t.match(headers.vary, /^accept\b/, name)
  }
  const { headers } = await known.app.inject({ url: '/', headers: { origin: 'https://app.example.com' } })
  t.match(headers.vary, /origin, accept$/i, 'in addition to the origin, by which CORS varies')
})

void t.test('the page at / links to everything, and can be cached by its ETag', async (t) => {
  const first = await app.inject({ url: '/', headers: { accept: BROWSER } })
  t.match(first.headers, { etag: /^W\/"[\w-]{43}"$/, 'cache-control': 'no-cache' })
  const again = { accept: BROWSER, 'if-none-match': String(first.headers.etag) }
  t.match(await app.inject({ url: '/', headers: again }), { statusCode: 304, body: '' })
  const links = [...first.body.matchAll(/<a href="([^"]+)"/g)].map(([, href = '']) => new URL(href, url))
  t.same(
    links.map(({ pathname }) => pathname),
    ['/docs', '/openapi.yaml', '/errors', '/health/ready']
  )
  for (const link of links) t.equal((await fetch(link)).status, 200, link.href)
})

void t.test('/errors explains every code, and runs no script', async (t) => {
  for (const path of ['/errors', '/errors/', '/errors?from=elsewhere']) {
    const { headers, body } = await app.inject(path)
    t.match(headers['content-type'], 'text/html; charset=utf-8')
    t.match(headers['content-security-policy'], /^default-src 'none';(?!.*(script|unsafe|https?:))/)
    for (const code of Object.keys(ERRORS)) t.ok(body.includes(`<tr id="${code}">`), code)
    t.notMatch(body, /<token>|<script/, 'texts are escaped')
    const used = [...body.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, to = '']) => new URL(to, url + path))
    t.equal(used.length, 3)
    for (const file of used) t.equal((await fetch(file)).status, 200, file.href)
  }
})

void t.test('with PUBLIC_URL every error links to its explanation', async (t) => {
  const about = (code: keyof typeof ERRORS) => `${PUBLIC_URL}/errors#${code}`
  const answers = {
    NOT_AUTHENTICATED: '/api/users/me',
    ROUTE_NOT_FOUND: '/nowhere',
    MALFORMED_REQUEST: '/%zz',
    VALIDATION_ERROR: '/health/live?unknown=1'
  }
  for (const [code, path] of Object.entries(answers) as [keyof typeof answers, string][]) {
    const { body } = await known.app.inject(path)
    t.match(JSON.parse(body), { error: { code, documentation_url: about(code) } })
    const problem = await known.app.inject({ url: path, headers: { accept: 'application/problem+json' } })
    t.match(JSON.parse(problem.body), { type: about(code), code, status: ERRORS[code][0] })
    t.notOk('documentation_url' in (JSON.parse(problem.body) as object), 'a problem has its type')
    t.notMatch((await app.inject(path)).body, 'documentation_url', 'without PUBLIC_URL there is no link')
  }
  t.match(await sendRaw(known.url, 'no HTTP\r\n\r\n'), `"documentation_url":"${about('MALFORMED_REQUEST')}"`)
  t.notMatch(await sendRaw(url, 'no HTTP\r\n\r\n'), 'documentation_url')
  const connect = 'CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n'
  t.match(await sendRaw(known.url, connect), `"documentation_url":"${about('NOT_IMPLEMENTED')}"`)
})

void t.test('/docs shows one input for tokens and one line for errors', async (t) => {
  const document = (await app.inject('/docs/json')).json<{
    components: { securitySchemes: object }
    paths: Record<string, Record<string, { security?: object[]; responses: Record<string, object> }>>
  }>()
  t.same(Object.keys(document.components.securitySchemes), ['bearer'])
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, { security = [], responses }] of Object.entries(methods)) {
      const name = `${method} ${path}`
      for (const one of security) t.match(Object.keys(one).join(), /^(bearer)?$/, name)
      t.ok('default' in responses, name)
      for (const status of Object.keys(responses)) t.match(status, /^([23]\d\d|default)$/, name)
    }
})
