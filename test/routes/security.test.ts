import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createTenant, refused, sendRaw, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const APP = 'https://app.example.com'
const { configWith } = await createInstallation(t)
const config = configWith({ CORS_ORIGINS: `${APP},http://localhost:3000` })
const { url } = await startApi(t, config)
const ada = await signUp(url)
const tenant = await createTenant(ada)
const documents = `/api/tenants/${tenant.id}/documents`

const STRICT = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff'
}
const of = (headers: Headers, names: object) =>
  Object.fromEntries(Object.keys(names).map((name) => [name, headers.get(name)]))

t.test('every JSON answer has headers that make it pure data', async (t) => {
  for (const path of ['/api/users/me', documents, '/health/live', '/nowhere']) {
    t.same(of((await ada.get(path)).headers, STRICT), STRICT, path)
  }
  t.same(of((await ada.request('GET', '/%zz')).headers, STRICT), STRICT, 'a URL that cannot be parsed')
  const raw = (await sendRaw(url, 'no HTTP\r\n\r\n')).toLowerCase()
  for (const [name, value] of Object.entries(STRICT)) t.ok(raw.includes(`${name}: ${value}`), name)
})

t.test('HTTPS is enforced if PUBLIC_URL uses it', async (t) => {
  t.equal((await ada.get('/health/live')).headers.get('strict-transport-security'), null)
  const secure = await startApi(t, configWith({ PUBLIC_URL: 'https://documents.example.com' }))
  const { headers } = await fetch(`${secure.url}/health/live`)
  t.equal(headers.get('strict-transport-security'), 'max-age=31536000')
})

t.test('other pages may embed a document, but it runs no script', async (t) => {
  const document = await uploaded(ada, tenant.id, '<script>alert(1)</script>', { mime_type: 'text/html' })
  const link = await ada.get<{ url: string }>(`${documents}/${document.id}/download?redirect=false`)
  const content = await fetch(`${url}${documents}/${document.id}/content`, {
    headers: { authorization: `Bearer ${ada.token}` }
  })
  for (const { headers } of [await fetch(link.body.data.url), content]) {
    t.match(of(headers, STRICT), {
      'cache-control': 'private',
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff'
    })
  }
})

t.test('/docs runs only its own files', async (t) => {
  for (const path of ['/docs', '/docs/static/swagger-ui-bundle.js']) {
    const answer = await fetch(url + path)
    t.equal(answer.status, 200, path)
    const policy = answer.headers.get('content-security-policy') ?? ''
    t.match(policy, /script-src 'self';/)
    t.match(policy, /frame-ancestors 'none'/)
    t.notMatch(policy, /unsafe-eval|https?:/)
    await answer.text()
  }
  const page = await (await fetch(`${url}/docs`)).text()
  t.notMatch(page, /<script(?![^>]* src=)/, 'the page has no inline script')
  const elsewhere = await startApi(t, configWith({ PUBLIC_URL: 'https://documents.example.com/x' }))
  const { headers } = await fetch(`${elsewhere.url}/docs`)
  t.match(headers.get('content-security-policy'), "connect-src 'self' https://documents.example.com;")
})

t.test('CORS is allowed for the configured origins, with every method', async (t) => {
  const preflight = (origin: string, method: string) =>
    fetch(`${url}${documents}/${randomUUID()}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,idempotency-key'
      }
    })
  for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
    const { status, headers } = await preflight(APP, method)
    t.equal(status, 204)
    t.equal(headers.get('access-control-allow-origin'), APP)
    t.match(headers.get('access-control-allow-methods'), method)
    t.match(headers.get('access-control-allow-headers'), /authorization.*idempotency-key/)
    t.equal(headers.get('access-control-allow-credentials'), null, 'tokens, no cookies')
  }
  const allowed = await ada.request('GET', documents, { headers: { origin: APP } })
  t.equal(allowed.headers.get('access-control-allow-origin'), APP)
  for (const name of ['x-request-id', 'deprecation', 'sunset'])
    t.match(allowed.headers.get('access-control-expose-headers'), name)
  t.match(allowed.headers.get('vary'), /origin/i)
  for (const origin of ['https://evil.example.com', `${APP}.evil.com`, 'null']) {
    const stranger = await ada.request('GET', documents, { headers: { origin } })
    t.equal(stranger.headers.get('access-control-allow-origin'), null, origin)
  }
})

t.test("names of Object.prototype's properties are no fields", async (t) => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']
  for (const name of names) {
    const answer = await ada.upload(tenant.id, `poison ${name}`, { [name]: '{"polluted":true}' })
    t.ok(answer.status === 400 || answer.status === 422, `${name}: ${answer.status}`)
    const file = new FormData()
    file.set(name, new Blob(['x']), 'a.txt')
    const asFile = await ada.request('POST', documents, { body: file })
    t.ok(asFile.status === 400 || asFile.status === 422, `${name} as a file: ${asFile.status}`)
    const query = await ada.get(`${documents}?${name}=1&${name}[polluted]=1`)
    refused(t, query, 'VALIDATION_ERROR', [`/${name}`, `/${name}[polluted]`], `${name} in the query`)
  }
  for (const text of [
    '{"name":"a","__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}'
  ]) {
    const init = { headers: { 'content-type': 'application/json' }, body: text }
    refused(t, await ada.request('POST', '/api/tenants', init), 'MALFORMED_REQUEST')
  }
  t.equal(({} as { polluted?: unknown }).polluted, undefined)
})
