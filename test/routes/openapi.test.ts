import t from 'tap'
import { ERRORS } from '../../core/errors.js'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { registeredRoutes } from '../helpers/registered-routes.js'
import { resolveIn } from '../openapi/resolve.js'

type Parameter = { name: string; in: string; required?: boolean; schema: unknown }
type Response = { description?: string; content?: Record<string, { schema?: unknown }> }
interface Operation {
  operationId?: string
  summary?: string
  tags?: string[]
  security?: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, unknown> }
  responses: Record<string, Response>
}
interface Description {
  openapi: string
  info: { title: string; version: string }
  tags: { name: string; description: string }[]
  components: {
    securitySchemes: Record<string, { type: string; scheme: string }>
    schemas: Record<string, unknown>
  }
  security: unknown[]
  paths: Record<string, Record<string, Operation>>
}

const { config } = await createInstallation(t)
const { built, routes: registered } = await registeredRoutes(() => startApi(t, config))
const { url } = built

const description = (await (await fetch(`${url}/openapi.json`)).json()) as Description
const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    path,
    operation: {
      ...operation,
      parameters: (operation.parameters ?? []).map((one) => resolveIn<Parameter>(description, one))
    }
  }))
)

void t.test('the description is OpenAPI 3.0.3', async (t) => {
  t.equal(description.openapi, '3.0.3')
  t.match(description.info, { title: 'Strongroom', version: /^\d+\.\d+\.\d+/ })
  t.match(description.components.securitySchemes, { bearer: { type: 'http', scheme: 'bearer' } })
  const text = JSON.stringify(description)
  t.notMatch(
    text,
    /"\$id"|"const":|"type":"null"|"type":\[|"examples":\[|"exclusiveMinimum":\d/,
    'no keyword of later versions'
  )
})

void t.test('every route is described, and nothing else', async (t) => {
  const expected = registered
    .filter(
      ({ schema, method }) => (schema as { hide?: boolean } | undefined)?.hide !== true && method !== 'HEAD'
    )
    .filter(({ url }) => !url.startsWith('/docs'))
    .flatMap(({ method, url }) => [method].flat().map((name) => `${name} ${url}`))
    // Every GET has a HEAD, which is described only where it matters.
    .filter((name) => !/^(HEAD|OPTIONS) /.test(name))
    .map((name) => name.replace(/:(\w+)/g, '{$1}').replace(/(\w\}?)\/$/, '$1'))
  const described = operations.map(({ name }) => name).filter((name) => !name.startsWith('HEAD '))
  t.ok(registered.length > 20, 'routes were collected')
  t.same([...described].sort(), [...new Set(expected)].sort())
})

void t.test('only these routes are hidden', async (t) => {
  const hidden = registered
    .filter(({ schema }) => (schema as { hide?: boolean } | undefined)?.hide === true)
    .map(({ url }) => url)
    .filter((path) => !path.startsWith('/docs') && path !== '*')
  t.same([...new Set(hidden)].sort(), [
    // OPTIONS, and POST instead of PATCH.
    '/api/tenants/:tenant_id/uploads',
    '/api/tenants/:tenant_id/uploads/:upload_id',
    '/errors',
    '/objects/*',
    '/openapi.json',
    '/openapi.yaml',
    '/static/icon.svg',
    '/static/page.css'
  ])
})

void t.test('operation ids are unique and stable', async (t) => {
  const ids = operations.map(({ operation }) => operation.operationId)
  t.equal(new Set(ids).size, ids.length)
  for (const [index, id] of ids.entries()) t.match(id, /^[a-z][A-Za-z]+$/, operations[index]?.name ?? '')
  // Clients are generated from these ids: add to this list, but never change one.
  const stable: Record<string, string> = {
    register: 'POST /api/auth/register',
    login: 'POST /api/auth/login',
    refresh: 'POST /api/auth/refresh',
    logout: 'POST /api/auth/logout',
    getMe: 'GET /api/users/me',
    updateMe: 'PUT /api/users/me',
    listMyTenants: 'GET /api/users/me/tenants',
    listTenants: 'GET /api/tenants/',
    createTenant: 'POST /api/tenants/',
    getTenant: 'GET /api/tenants/{tenant_id}/',
    listDocuments: 'GET /api/tenants/{tenant_id}/documents/',
    uploadDocument: 'POST /api/tenants/{tenant_id}/documents/',
    getDocument: 'GET /api/tenants/{tenant_id}/documents/{document_id}',
    updateDocument: 'PUT /api/tenants/{tenant_id}/documents/{document_id}',
    deleteDocument: 'DELETE /api/tenants/{tenant_id}/documents/{document_id}',
    createDownloadUrl: 'POST /api/tenants/{tenant_id}/documents/{document_id}/download-url',
    downloadDocument: 'GET /api/tenants/{tenant_id}/documents/{document_id}/download',
    headDocumentContent: 'HEAD /api/tenants/{tenant_id}/documents/{document_id}/content',
    getDocumentContent: 'GET /api/tenants/{tenant_id}/documents/{document_id}/content',
    getUsage: 'GET /api/tenants/{tenant_id}/usage',
    listFiles: 'GET /api/tenants/{tenant_id}/files/',
    getFile: 'GET /api/tenants/{tenant_id}/files/{file_id}',
    deleteFile: 'DELETE /api/tenants/{tenant_id}/files/{file_id}',
    live: 'GET /health/live',
    ready: 'GET /health/ready'
  }
  const bare = (name: string | undefined) => name?.replace(/\/$/, '')
  for (const [id, name] of Object.entries(stable)) {
    const found = operations.find(({ operation }) => operation.operationId === id)
    t.equal(bare(found?.name), bare(name), id)
  }
})

void t.test('every operation has a summary, its security and its answers', async (t) => {
  const tags = description.tags.map((tag) => tag.name)
  for (const { name, path, operation } of operations) {
    t.ok(operation.summary, `${name}: summary`)
    t.ok(operation.tags?.length === 1 && tags.includes(String(operation.tags[0])), `${name}: tag`)
    t.ok(
      Object.keys(operation.responses).some((status) => status.startsWith('2')),
      `${name}: success`
    )
    for (const [status, reference] of Object.entries(operation.responses)) {
      if (status === 'default') continue
      const response = resolveIn<Response>(description, reference)
      const text = response.description ?? ''
      t.ok(text !== '' && text !== 'Default Response', `${name}: ${status} is described`)
      if (Number(status) < 400 || path.startsWith('/health')) continue
      t.match(
        response.content?.['application/json']?.schema,
        { $ref: '#/components/schemas/ErrorResponse' },
        `${name}: ${status}`
      )
      const named = [...text.matchAll(/`([A-Z_]+)`/g)].map((match) => match[1] as keyof typeof ERRORS)
      t.ok(
        named.length > 0 && named.every((code) => String(ERRORS[code][0]) === status),
        `${name}: codes of ${status}`
      )
    }
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    const declared = operation.parameters.filter((parameter) => parameter.in === 'path')
    t.same(declared.map((parameter) => parameter.name).sort(), inPath.sort(), `${name}: parameters`)
    const open = operation.security?.length === 0
    t.equal(
      '401' in operation.responses && !open,
      !/^\/($|health|api\/auth\/(login|register|email|password))/.test(path),
      `${name}: security`
    )
  }
})

void t.test('parameters with a default are optional', async (t) => {
  for (const { name, operation } of operations) {
    for (const parameter of operation.parameters) {
      const hasDefault = 'default' in resolveIn<object>(description, parameter.schema as object)
      t.notOk(hasDefault && parameter.required === true, `${name}: ${parameter.name}`)
    }
  }
})

void t.test('paths have no trailing slash', async (t) => {
  for (const path of Object.keys(description.paths)) t.notMatch(path, /.\/$/, path)
})

void t.test('every reference can be resolved', async (t) => {
  const references = [...JSON.stringify(description).matchAll(/"\$ref":"([^"]+)"/g)].map((match) =>
    String(match[1])
  )
  t.ok(references.length > 0)
  for (const reference of new Set(references)) {
    const target = reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], description)
    t.type(target, 'object', reference)
  }
})

void t.test('an upload is described as a form and as bytes', async (t) => {
  const upload = operations.find(({ operation }) => operation.operationId === 'uploadDocument')?.operation
  t.same(Object.keys(upload?.requestBody?.content ?? {}).sort(), [
    'application/octet-stream',
    'multipart/form-data'
  ])
  t.match(upload?.requestBody?.content['multipart/form-data'], {
    schema: { $ref: '#/components/schemas/UploadForm' }
  })
  t.match(description.components.schemas['UploadForm'], {
    properties: { file: { type: 'string', format: 'binary' }, filename: {}, mime_type: {}, md5: {} }
  })
  t.match(upload?.responses, { 201: {}, 413: {}, 422: {}, 503: {} })
})

void t.test('the YAML version has the same operations and paths', async (t) => {
  const response = await fetch(`${url}/openapi.yaml`)
  t.equal(response.status, 200)
  t.match(response.headers.get('content-type'), /yaml/)
  const text = await response.text()
  t.match(text, /^openapi: 3\.0\.3$/m)
  for (const { operation } of operations)
    t.ok(text.includes(`operationId: ${operation.operationId}\n`), operation.operationId ?? '')
  for (const path of Object.keys(description.paths))
    t.ok(text.includes(`  ${path}:\n`) || text.includes(`  "${path}":\n`), path)
})

void t.test('the documentation loads everything from this server', async (t) => {
  const page = await fetch(`${url}/docs`)
  t.equal(page.status, 200)
  t.match(page.headers.get('content-type'), /text\/html/)
  const html = await page.text()
  const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(
    (match) => new URL(String(match[1]), page.url)
  )
  t.ok(assets.length >= 4)
  for (const asset of assets) {
    t.equal(asset.origin, url, asset.href)
    const response = await fetch(asset)
    t.equal(response.status, 200, asset.href)
    t.ok((await response.arrayBuffer()).byteLength > 0, asset.href)
  }
  const policy = page.headers.get('content-security-policy')
  if (policy !== null) t.notMatch(policy, /https?:\/\//)
  const scripts = await Promise.all(
    assets
      .filter(({ pathname }) => pathname.endsWith('initializer.js'))
      .map(async (asset) => (await fetch(asset)).text())
  )
  t.equal(scripts.length, 1)
  const used = /url:\s*["']?([^"',\s]+)/.exec(scripts[0] ?? '')?.[1]
  t.ok(used === undefined || new URL(used, page.url).origin === url, 'the description too')
})
