import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createTenant, refused, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { registeredRoutes } from '../helpers/registered-routes.js'

const { config, configWith } = await createInstallation(t)
const { built, routes } = await registeredRoutes(() => startApi(t, config))
const { url } = built
const ada = await signUp(url)
const tenant = await createTenant(ada)
const document = await uploaded(ada, tenant.id, 'content')

const id = randomUUID()
const paths = new Map<string, Set<string>>()
for (const { url: pattern, method } of routes) {
  const filled = pattern.replace(':tenant_id', tenant.id).replace(/:\w+/g, id).replace('*', 'x')
  const path = filled.replace(/(.)\/$/, '$1')
  paths.set(path, new Set([...(paths.get(path) ?? []), ...[method].flat()]))
}

void t.test('unsupported methods are 405, and OPTIONS lists the supported ones', async (t) => {
  for (const [path, methods] of paths) {
    if (path.startsWith('/docs')) continue
    // Some routes handle OPTIONS themselves.
    const others = [...methods].filter((method) => method !== 'OPTIONS')
    const allow = others.sort().concat('OPTIONS').join(', ')
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
      if (methods.has(method)) continue
      for (const spelling of [path, path === '/' ? path : `${path}/`]) {
        const answer = await ada.request(method, spelling)
        refused(t, answer, 'METHOD_NOT_ALLOWED', [], `${method} ${spelling}`)
        t.equal(answer.headers.get('allow'), allow)
      }
    }
    const options = await fetch(url + path, { method: 'OPTIONS' })
    t.same([options.status, options.headers.get('allow')], [204, allow], `OPTIONS ${path}`)
    // HEAD makes no sense for a stream, which has no length.
    if (methods.has('GET') && !path.endsWith('/stream')) t.ok(methods.has('HEAD'), `HEAD ${path}`)
  }
  refused(t, await ada.request('OPTIONS', '/nowhere'), 'ROUTE_NOT_FOUND')
  const crossing = await startApi(t, configWith({ CORS_ORIGINS: 'https://a.example' }))
  const options = await fetch(`${crossing.url}/api/users/me`, { method: 'OPTIONS' })
  t.equal(options.headers.get('allow'), 'GET, HEAD, PUT, OPTIONS')
  t.equal((await fetch(`${crossing.url}/nowhere`, { method: 'OPTIONS' })).status, 404)
})

void t.test('a trailing slash is ignored; other spellings are not found', async (t) => {
  const own = `/api/tenants/${tenant.id}`
  const some = [
    '/health/live',
    '/metrics',
    '/openapi.json',
    '/docs',
    '/api/users/me',
    '/api/users/me/sessions',
    own
  ]
  for (const path of [...some, `${own}/documents`, `${own}/documents/${document.id}`, `${own}/usage`]) {
    const get = (to: string) => fetch(url + to, { headers: { authorization: `Bearer ${ada.token}` } })
    t.same([(await get(path)).status, (await get(`${path}/`)).status], [200, 200], path)
    for (const other of [`/${path}`, path.toUpperCase()]) {
      // Ids are case-insensitive.
      if (other.toUpperCase().includes(document.id.toUpperCase())) continue
      t.equal((await get(other)).status, 404, other)
    }
  }
  const link = await ada.get<{ url: string }>(`${own}/documents/${document.id}/download?redirect=false`)
  const signed = new URL(link.body.data.url)
  t.equal((await fetch(signed)).status, 200)
  signed.pathname += '/'
  t.equal((await fetch(signed)).status, 403, 'the path with a slash is the key of another object')
})

void t.test('GET / describes the API', async (t) => {
  const answer = await ada.get('/')
  t.match(answer.body.data, { name: 'Strongroom', version: /^\d/, docs: '/docs', health: '/health/ready' })
  const links = Object.values(answer.body.data).filter((value) => String(value).startsWith('/'))
  t.equal(links.length, 4)
  for (const link of links) t.equal((await fetch(url + String(link))).status, 200, String(link))
})

void t.test('401 says how to authenticate', async (t) => {
  const challenge = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization }
    return (await fetch(`${url}/api/users/me`, { headers })).headers.get('www-authenticate')
  }
  t.equal(await challenge(), 'Bearer realm="strongroom"')
  t.equal(await challenge('Basic abc'), 'Bearer realm="strongroom"')
  t.equal(await challenge('Bearer nonsense'), 'Bearer realm="strongroom", error="invalid_token"')
  const wrong = await ada.send('POST', '/api/auth/login', { email: ada.email, password: 'wrong password' })
  t.equal(wrong.headers.get('www-authenticate'), 'Bearer realm="strongroom"')
})

void t.test('errors as problems (RFC 9457)', async (t) => {
  const ask = async (accept: string) => {
    const response = await fetch(`${url}/api/tenants/?secret=1`, { headers: { accept } })
    return {
      type: response.headers.get('content-type'),
      id: response.headers.get('x-request-id'),
      body: await response.json()
    }
  }
  for (const accept of [
    'application/problem+json',
    'application/json;q=0.5, application/problem+json',
    'text/html, Application/Problem+JSON;q=0.9, */*'
  ]) {
    const { type, id, body } = await ask(accept)
    t.equal(type, 'application/problem+json', accept)
    t.same(body, {
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'Send an access token or a key as "Authorization: Bearer <token>"',
      instance: '/api/tenants/',
      code: 'NOT_AUTHENTICATED',
      request_id: id
    })
  }
  for (const accept of [
    '*/*',
    'application/json',
    'application/problem+json;q=0',
    'application/json, application/problem+json;q=0.5'
  ])
    t.match(await ask(accept), { type: 'application/json; charset=utf-8', body: { success: false } }, accept)
})
