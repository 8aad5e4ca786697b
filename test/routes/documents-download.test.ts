import t from 'tap'
import { createLinkSigner } from '../../plugins/storage/disk-links.js'
import { createTenant, refused, signUp, startApi, uploaded, type TestDocument } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const path = `/api/tenants/${tenant.id}/documents`

const SIX_MONTHS_MS = 182 * 24 * 60 * 60 * 1000

const signed = (document: TestDocument, query = '') =>
  admin.get<{ url: string; expires_at: string }>(`${path}/${document.id}/download?redirect=false${query}`)

/** The filename in a Content-Disposition header (RFC 6266): the extended one takes precedence. */
function nameOf(header: string | null): string | undefined {
  const [, extended] = /filename\*=UTF-8''(\S+)$/.exec(header ?? '') ?? []
  return extended === undefined ? /filename="([^"]*)"/.exec(header ?? '')?.[1] : decodeURIComponent(extended)
}

void t.test('a download redirects to a URL that needs no token', async (t) => {
  const document = await uploaded(admin, tenant.id, 'redirected', { filename: 'a.txt' })
  const answer = await admin.get(`${path}/${document.id}/download`)
  t.equal(answer.status, 302)
  t.equal(answer.headers.get('cache-control'), 'no-store')
  t.same(answer.body, {})
  const location = String(answer.headers.get('location'))
  const response = await fetch(location)
  t.equal(response.status, 200)
  t.equal(await response.text(), 'redirected')
  t.equal(response.headers.get('content-disposition'), 'attachment; filename="a.txt"')
  t.equal(response.headers.get('content-length'), '10')
  t.equal(response.headers.get('x-content-type-options'), 'nosniff')
  for (const redirect of ['true', 'TRUE', '1', '']) {
    const { status } = await admin.get(`${path}/${document.id}/download?redirect=${redirect}`)
    t.ok(redirect === 'true' ? status === 302 : status === 302 || status === 422, `redirect=${redirect}`)
  }
})

void t.test('createDownloadUrl returns such a URL as JSON', async (t) => {
  const document = await uploaded(admin, tenant.id, 'created', { filename: 'a.txt', mime_type: 'text/plain' })
  const target = `${path}/${document.id}/download-url`
  const create = (query = '') =>
    admin.request<{ url: string; expires_at: string }>('POST', `${target}${query}`)
  for (const [query, disposition] of [
    ['', 'attachment'],
    ['?disposition=inline', 'inline']
  ] as const) {
    const { status, headers, body } = await create(query)
    t.equal(status, 200)
    t.equal(headers.get('cache-control'), 'no-store')
    t.ok(Date.parse(body.data.expires_at) > Date.now())
    const response = await fetch(body.data.url)
    t.equal(await response.text(), 'created')
    t.equal(response.headers.get('content-disposition'), `${disposition}; filename="a.txt"`)
  }
  refused(t, await create('?disposition=none'), 'VALIDATION_ERROR')
  refused(t, await create('?redirect=false'), 'VALIDATION_ERROR')
  t.equal((await admin.get(target)).status, 405)
})

void t.test(
  'answers to the parameter `redirect` say that it is deprecated, and until when it works',
  async (t) => {
    const document = await uploaded(admin, tenant.id, 'redirected')
    const download = `${path}/${document.id}/download`
    for (const [method, target, isDeprecated] of [
      ['GET', `${download}?redirect=false`, true],
      ['GET', `${download}?redirect=true`, true],
      ['HEAD', `${download}?redirect=true`, true],
      ['GET', download, false],
      ['GET', `${download}?disposition=inline`, false],
      ['POST', `${download}-url`, false]
    ] as const) {
      const { status, headers } = await admin.request(method, target)
      t.ok(status === 200 || status === 302, `${method} ${target}: ${status}`)
      const [deprecation, sunset] = [headers.get('deprecation'), headers.get('sunset')]
      if (!isDeprecated) {
        t.same([deprecation, sunset], [null, null], `${method} ${target}`)
        continue
      }
      const since = Number(/^@(\d+)$/.exec(String(deprecation))?.[1]) * 1000
      const until = Date.parse(String(sunset))
      t.equal(new Date(until).toUTCString(), sunset, 'an HTTP date')
      t.ok(until - since >= SIX_MONTHS_MS, 'half a year, as CONTRIBUTING.md promises')
    }
  }
)

void t.test('redirect=false returns the URL as JSON, with its expiry time', async (t) => {
  const document = await uploaded(admin, tenant.id, 'as JSON')
  const before = Date.now()
  const { status, body, headers } = await signed(document)
  t.equal(status, 200)
  t.equal(headers.get('cache-control'), 'no-store')
  t.same(Object.keys(body.data).sort(), ['expires_at', 'url'])
  const expires = Date.parse(body.data.expires_at)
  t.ok(expires >= before + 299_000 && expires <= Date.now() + 301_000, 'five minutes')
  t.equal(new URL(body.data.url).origin, url)
  t.equal(await (await fetch(body.data.url)).text(), 'as JSON')
})

void t.test('an altered URL is refused', async (t) => {
  const document = await uploaded(admin, tenant.id, 'mine', { filename: 'a.txt' })
  const other = await uploaded(admin, tenant.id, 'other')
  const { body } = await signed(document)
  const changes: Record<string, (target: URL) => void> = {
    'another object': (target) => (target.pathname = `/objects/${other.file.s3_path}`),
    'another time': (target) => target.searchParams.set('expires', '9999999999'),
    'another name': (target) => target.searchParams.set('filename', 'b.html'),
    'another type': (target) => target.searchParams.set('type', 'text/html'),
    'another disposition': (target) => target.searchParams.set('disposition', 'inline'),
    'no signature': (target) => target.searchParams.delete('signature'),
    'a signature twice': (target) => target.searchParams.append('signature', 'x'),
    'no query': (target) => (target.search = '')
  }
  for (const [what, change] of Object.entries(changes)) {
    const target = new URL(body.data.url)
    change(target)
    refused(t, await admin.get(target.pathname + target.search), 'LINK_INVALID', [], what)
  }
  t.equal((await fetch(body.data.url)).status, 200)
})

void t.test('an expired URL is refused', async (t) => {
  const document = await uploaded(admin, tenant.id, 'expired', { filename: 'a.txt' })
  const signer = createLinkSigner(config.auth.secrets)
  const options = { filename: 'a.txt', mimeType: 'text/plain', disposition: 'attachment' } as const
  const link = (expiresIn: number) =>
    `/objects/${document.file.s3_path}?${signer.sign(document.file.s3_path, { ...options, expiresIn })}`
  const { body } = await signed(document)
  const { searchParams } = new URL(body.data.url)
  t.same(
    [...searchParams.keys()],
    [...new URL(link(60), url).searchParams.keys()],
    'the test signs in the same way'
  )
  t.equal((await fetch(url + link(60))).status, 200)
  refused(t, await admin.get(link(-1)), 'LINK_INVALID')
})

void t.test('downloads are inline or attachments, but never something a browser could run', async (t) => {
  const cases: [string, string, string][] = [
    ['image/png', 'inline', 'image/png'],
    ['text/plain', 'inline', 'text/plain'],
    ['application/pdf', 'inline', 'application/pdf'],
    ['application/json', 'attachment', 'application/json'],
    ['text/html', 'attachment', 'application/octet-stream'],
    ['image/svg+xml', 'attachment', 'application/octet-stream'],
    ['application/xhtml+xml', 'attachment', 'application/octet-stream'],
    ['text/javascript', 'attachment', 'application/octet-stream'],
    ['TEXT/HTML', 'attachment', 'application/octet-stream'],
    ['application/x-unknown', 'attachment', 'application/octet-stream']
  ]
  for (const [type, disposition, sent] of cases) {
    const document = await uploaded(admin, tenant.id, `<script>${type}</script>`, {
      mime_type: type,
      filename: 'x'
    })
    t.equal(document.mime_type, type.toLowerCase())
    for (const [query, expected] of [
      ['&disposition=inline', disposition],
      ['&disposition=attachment', 'attachment'],
      ['', 'attachment']
    ] as const) {
      const response = await fetch((await signed(document, query)).body.data.url)
      await response.arrayBuffer()
      t.equal(response.headers.get('content-type'), sent, type)
      t.equal(response.headers.get('content-disposition'), `${expected}; filename="x"`, type + query)
    }
  }
  const document = await uploaded(admin, tenant.id, 'x')
  refused(t, await signed(document, '&disposition=none'), 'VALIDATION_ERROR', ['/disposition'])
  refused(t, await admin.get(`${path}/${document.id}/download?redirect=maybe`), 'VALIDATION_ERROR', [
    '/redirect'
  ])
})

void t.test('odd names come back unchanged', async (t) => {
  const kept = [
    'ünï 日本 😀.pdf',
    `it's "quoted" (1) *.txt`,
    'semi;colon, comma=equals.txt',
    '100%25 %2e%2e & + ?.txt',
    '.hidden',
    '  inner   spaces .txt',
    'a'.repeat(255),
    '😀'.repeat(127),
    "'; drop table documents; --"
  ]
  for (const name of kept) {
    const document = await uploaded(admin, tenant.id, 'named', { filename: name })
    t.equal(document.filename, name.trim())
    const response = await fetch((await signed(document)).body.data.url)
    t.equal(await response.text(), 'named')
    t.equal(
      nameOf(response.headers.get('content-disposition')),
      name.trim(),
      JSON.stringify(name).slice(0, 60)
    )
  }
})

void t.test('dangerous names are made harmless, but only in the download', async (t) => {
  const cases: [string, string][] = [
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['C:\\boot.ini', 'C:_boot.ini'],
    ['two\r\nSet-Cookie: a=b', 'twoSet-Cookie: a=b'],
    ['tab\tand\u0001control\u007f', 'tabandcontrol'],
    ['cod\u202egpj.exe', 'codgpj.exe'],
    ['line\u2028separator', 'lineseparator'],
    ['..', 'download'],
    ['..\u200f\u061c', 'download']
  ]
  for (const [name, sent] of cases) {
    // In the query, since a form would change some of these names.
    const answer = await admin.request<TestDocument>('POST', `${path}?filename=${encodeURIComponent(name)}`, {
      body: 'odd'
    })
    t.equal(answer.status, 201, encodeURIComponent(name))
    t.equal(answer.body.data.filename, name, 'the document keeps its name')
    const response = await fetch((await signed(answer.body.data)).body.data.url)
    t.equal(response.status, 200)
    t.equal(await response.text(), 'odd')
    const header = String(response.headers.get('content-disposition'))
    t.match(header, /^[ -~]+$/)
    t.equal(nameOf(header), sent, encodeURIComponent(name))
    t.equal(response.headers.get('set-cookie'), null)
  }
})

void t.test('a new name is in new URLs', async (t) => {
  const document = await uploaded(admin, tenant.id, 'renamed', { filename: 'before.txt' })
  const old = (await signed(document)).body.data.url
  await admin.send('PUT', `${path}/${document.id}`, { filename: 'after.txt', mime_type: 'image/png' })
  const response = await fetch((await signed(document, '&disposition=inline')).body.data.url)
  t.equal(response.headers.get('content-disposition'), 'inline; filename="after.txt"')
  t.equal(response.headers.get('content-type'), 'image/png')
  await response.arrayBuffer()
  const former = await fetch(old)
  t.equal(
    former.headers.get('content-disposition'),
    'attachment; filename="before.txt"',
    'an old URL keeps the old name'
  )
  await former.arrayBuffer()
})
