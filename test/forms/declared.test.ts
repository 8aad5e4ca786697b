import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { refused, sendRaw, type Answer, type TestDocument } from '../helpers/api.js'
import { BOUNDARY, multipart, MULTIPART, startUploads, type Part } from '../routes/uploads.js'

const { admin, url, path, db, post, leavesNothing } = await startUploads(t)

const base64 = (algorithm: string, content: string | Buffer) =>
  createHash(algorithm).update(content).digest('base64')
const RAW = '?filename=a.txt'
/** A form with one file, whose part has these additional headers. */
const formOf = (
  headers: Record<string, string>,
  content = 'content',
  name = 'file"; filename="f.txt'
): Buffer =>
  Buffer.from(
    [
      `--${BOUNDARY}`,
      `content-disposition: form-data; name="${name}"`,
      ...Object.entries(headers).map(([field, value]) => `${field}: ${value}`),
      '',
      content,
      `--${BOUNDARY}--`
    ].join('\r\n')
  )
const FILE: Part = { name: 'file', filename: 'a.txt', body: 'content' }

/** Requests with additional headers: on a raw upload, on a form's file part, and on a JSON body. */
const ways: Record<string, (headers: Record<string, string>) => Promise<Answer<TestDocument>>> = {
  raw: (headers) => post('content', headers, RAW),
  part: (headers) => post(formOf(headers), MULTIPART),
  JSON: (headers) =>
    admin.request('POST', '/api/tenants', {
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name: 'Acme' })
    })
}
const bytesOf: Record<string, string> = {
  raw: 'content',
  part: 'content',
  JSON: JSON.stringify({ name: 'Acme' })
}

void t.test('encoded content is refused, in requests and in parts', async (t) => {
  for (const [what, send] of Object.entries(ways)) {
    for (const coding of ['gzip', 'br', 'deflate', 'GZIP', 'identity, gzip', 'klingon']) {
      await leavesNothing(t, `${what} ${coding}`, async () =>
        refused(
          t,
          await send({ 'content-encoding': coding }),
          'UNSUPPORTED_MEDIA_TYPE',
          [],
          `${what} ${coding}`
        )
      )
    }
    t.equal((await send({ 'content-encoding': 'Identity' })).status, 201, what)
  }
  await leavesNothing(t, 'gzip', async () =>
    refused(t, await post(gzipSync('a'), { 'content-encoding': 'gzip' }, RAW), 'UNSUPPORTED_MEDIA_TYPE')
  )
  for (const encoding of ['base64', 'Quoted-Printable', 'x-uuencode']) {
    await leavesNothing(t, encoding, async () => {
      const headers = { 'content-transfer-encoding': encoding }
      refused(t, await post(formOf(headers), MULTIPART), 'UNSUPPORTED_MEDIA_TYPE', [], encoding)
      refused(
        t,
        await post(formOf(headers, 'YQ==', 'filename'), MULTIPART),
        'UNSUPPORTED_MEDIA_TYPE',
        [],
        'a field'
      )
    })
  }
  for (const encoding of ['7bit', '8BIT', 'binary'])
    t.equal((await post(formOf({ 'content-transfer-encoding': encoding }), MULTIPART)).status, 201, encoding)
})

const head = (line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, 'host: a', 'connection: close', ...headers, '', ''].join('\r\n')
const auth = `authorization: Bearer ${admin.token}`

void t.test('transfer codings other than chunked are not supported', async (t) => {
  for (const target of [`POST ${path}${RAW}`, 'POST /api/tenants', 'POST /api/auth/login']) {
    for (const coding of ['gzip, chunked', 'identity, chunked', 'klingon, chunked']) {
      const type = 'content-type: application/json'
      const sent = head(target, auth, type, `transfer-encoding: ${coding}`) + '2\r\n{}\r\n0\r\n\r\n'
      t.match(await sendRaw(url, sent), /^HTTP\/1\.1 501 [^]*"NOT_IMPLEMENTED"/, `${target}: ${coding}`)
    }
  }
  const sent = head(`POST ${path}${RAW}`, auth, 'Transfer-Encoding: Chunked') + '2\r\n{}\r\n0\r\n\r\n'
  t.match(await sendRaw(url, sent), /^HTTP\/1\.1 201 /)
})

void t.test('partial content is refused', async (t) => {
  for (const [what, send] of Object.entries(ways)) {
    for (const range of ['bytes 36-71/1000', 'bytes */1000', 'x']) {
      await leavesNothing(t, what, async () =>
        refused(
          t,
          await send({ 'content-range': range }),
          'CONTENT_RANGE_NOT_SUPPORTED',
          [],
          `${what} ${range}`
        )
      )
    }
  }
})

void t.test('a digest is verified wherever it is declared', async (t) => {
  for (const [what, send] of Object.entries(ways)) {
    const content = String(bytesOf[what])
    const good = `sha-256=:${base64('sha256', content)}:`
    const bad = `sha-256=:${base64('sha256', 'other')}:`
    const right: [string, string][] = [['content-md5', base64('md5', content)]]
    const wrong: [string, string][] = [['content-md5', base64('md5', 'other')]]
    const unclear: [string, string][] = [
      'x',
      `${base64('md5', content)}x`,
      `"${base64('md5', content)}"`
    ].map((value) => ['content-md5', value])
    for (const field of ['content-digest', 'repr-digest']) {
      const values = [
        ...[
          good,
          `sha-512=:${base64('sha512', content)}:`,
          `md5=:${base64('md5', content)}:`,
          `${good};a=1;b`
        ],
        ...[`klingon=:AAAA:, ${good}`, `${bad} , ${good}`]
      ]
      right.push(...values.map((value): [string, string] => [field, value]))
      const others = [
        bad,
        `sha-512=:${base64('sha512', 'other')}:`,
        `klingon=:AAAA:,${bad}`,
        `${good}, md5=:${base64('md5', 'x')}:`
      ]
      wrong.push(...others.map((value): [string, string] => [field, value]))
      const odd = [
        '',
        'x',
        'sha-256',
        `sha-256=${base64('sha256', content)}`,
        'sha-256=:AAAA:',
        'sha-256=:*:',
        'klingon=:AAAA:'
      ]
      unclear.push(...[...odd, `${good},`, 'SHA-256=:AAAA:'].map((value): [string, string] => [field, value]))
    }
    for (const [field, value] of right)
      t.equal((await send({ [field]: value })).status, 201, `${what} ${field}: ${value}`)
    await leavesNothing(t, what, async () => {
      for (const [field, value] of wrong)
        refused(t, await send({ [field]: value }), 'CHECKSUM_MISMATCH', [], `${what} ${field}: ${value}`)
      for (const [field, value] of unclear)
        refused(
          t,
          await send({ [field]: value }),
          'VALIDATION_ERROR',
          [`/${field}`],
          `${what} ${field}: ${value}`
        )
    })
  }
})

void t.test('digests of a whole form, of its fields, and in trailers are verified', async (t) => {
  const form = multipart([FILE])
  t.equal((await post(form, { ...MULTIPART, 'content-md5': base64('md5', form) })).status, 201)
  await leavesNothing(t, 'forms', async () => {
    refused(
      t,
      await post(form, { ...MULTIPART, 'content-md5': base64('md5', 'content') }),
      'CHECKSUM_MISMATCH'
    )
    const field = formOf({ 'content-md5': base64('md5', 'other') }, 'n', 'filename')
    refused(t, await post(field, MULTIPART), 'CHECKSUM_MISMATCH', [], 'a field')
  })
  const chunked = (type: string, query: string, body: Buffer, trailer: string) =>
    sendRaw(
      url,
      head(
        `POST ${path}${query}`,
        auth,
        `content-type: ${type}`,
        'transfer-encoding: chunked',
        'trailer: content-digest'
      ) + `${body.length.toString(16)}\r\n${body.toString('latin1')}\r\n0\r\n${trailer}\r\n\r\n`
    )
  for (const [type, query, body] of [
    ['text/plain', RAW, Buffer.from('content')],
    [MULTIPART['content-type'], '', form]
  ] as const) {
    const digest = (of: Buffer | string) => `content-digest: sha-256=:${base64('sha256', of)}:`
    t.match(await chunked(type, query, body, digest(body)), /^HTTP\/1\.1 201 /, type)
    await leavesNothing(t, type, async () => {
      t.match(await chunked(type, query, body, digest('other')), /"CHECKSUM_MISMATCH"/, type)
      t.match(await chunked(type, query, body, 'content-digest: x'), /^HTTP\/1\.1 422 /, type)
    })
  }
})

void t.test('a request that repeats a header which may occur only once is refused', async (t) => {
  for (const twice of [
    [auth, auth],
    [auth, 'Authorization: Basic YTpi'],
    [auth, 'content-type: text/plain', 'Content-Type: text/html']
  ]) {
    for (const target of [`POST ${path}${RAW}`, 'POST /api/auth/login', 'POST /nowhere'])
      t.match(
        await sendRaw(url, head(target, ...twice, 'content-length: 1') + 'x'),
        /^HTTP\/1\.1 400 [^]*"MALFORMED_REQUEST"/,
        `${target} ${twice.join()}`
      )
  }
  for (const target of ['GET /health/live', 'GET /api/tenants', 'GET /nowhere'])
    t.match(await sendRaw(url, head(target, auth, auth)), /^HTTP\/1\.1 400 /, target)
})

void t.test('names that are not UTF-8 are refused', async (t) => {
  const named = (disposition: string, body = 'content') =>
    post(
      Buffer.from(
        `--${BOUNDARY}\r\ncontent-disposition: ${disposition}\r\n\r\n${body}\r\n--${BOUNDARY}--`,
        'latin1'
      ),
      MULTIPART
    )
  await leavesNothing(t, 'names', async () => {
    refused(t, await named('form-data; name="file"; filename="M\xfcller.txt"'), 'VALIDATION_ERROR', [
      '/filename'
    ])
    refused(t, await named(`form-data; name="file"; filename*=UTF-8''M%FCller.txt`), 'VALIDATION_ERROR', [
      '/filename'
    ])
    refused(t, await named('form-data; name="M\xfcller"'), 'VALIDATION_ERROR', ['/name'])
    refused(t, await named('form-data; name="filename"', 'M\xfcller'), 'VALIDATION_ERROR', ['/filename'])
    for (const name of ['%FC.txt', '%ED%A0%80', '100%.txt', 'cut%C3', '%', '%zz'])
      refused(t, await post('x', {}, `?filename=${name}`), 'VALIDATION_ERROR', ['/filename'], name)
  })
  t.equal((await post('x', {}, '?filename=gr%C3%BCn+%2B')).body.data.filename, 'grün +')
  for (const name of ['5" disk.txt', 'line\r\nbreak.txt', '100%25 %41.txt', 'ü; filename=x']) {
    const form = new FormData()
    form.set('file', new Blob(['x']), name)
    t.equal((await post(form)).body.data.filename, name)
  }
})

void t.test("a form's filename may be in the query, but not in both places", async (t) => {
  t.equal((await post(multipart([FILE]), MULTIPART, '?filename=q.txt')).body.data.filename, 'q.txt')
  const nameless: Part = { name: 'file', body: 'content', type: 'application/pdf' }
  t.match((await post(multipart([nameless]), MULTIPART, '?filename=q')).body.data, {
    filename: 'q',
    mime_type: 'application/pdf'
  })
  t.equal(
    (await post(multipart([nameless, { name: 'filename', body: 'n' }]), MULTIPART)).body.data.filename,
    'n'
  )
  const both = multipart([{ name: 'filename', body: 'n' }, FILE])
  refused(t, await post(both, MULTIPART, '?filename=q'), 'VALIDATION_ERROR', ['/filename'])
})

void t.test('media types are stored and found in lower case', async (t) => {
  const type = 'application/vnd.x_y!#$&^+z'
  t.equal((await post('x', { 'content-type': type.toUpperCase() }, RAW)).body.data.mime_type, type)
  const field = { name: 'mime_type', body: 'Application/X_Mixed' }
  const made = (await post(multipart([FILE, field]), MULTIPART)).body.data
  t.equal(made.mime_type, 'application/x_mixed')
  // A row from a version that did not lower-case types.
  const older = (await post('x', { 'content-type': 'application/x_mixed' }, RAW)).body.data
  await db`update documents set mime_type = 'Application/X_Mixed' where id = ${older.id}`
  for (const asked of ['application/x_mixed', 'APPLICATION/x_mixed']) {
    const list = await admin.get<{ items: TestDocument[] }>(`${path}?mime_type=${asked}`)
    t.same(new Set(list.body.data.items.map(({ id }) => id)), new Set([made.id, older.id]), asked)
  }
  const changed = await admin.send<TestDocument>('PUT', `${path}/${made.id}`, { mime_type: 'Text/X_New' })
  t.equal(changed.body.data.mime_type, 'text/x_new')
  for (const odd of [
    '',
    'null',
    'undefined',
    'text',
    'a/b/c',
    'text/plain, text/html',
    '*/*',
    ';charset=utf-8',
    `a/${'b'.repeat(100)}`
  ])
    t.equal(
      (await post('x', { 'content-type': odd }, '?filename=a.pdf')).body.data.mime_type,
      'application/pdf',
      odd
    )
})

void t.test('downloads name only the declared charset', async (t) => {
  for (const [declared, sent] of [
    ['text/plain; charset=windows-1252', 'text/plain; charset=windows-1252'],
    ['Text/Plain; Charset="UTF8"', 'text/plain; charset=utf-8'],
    ['text/csv;charset=latin1', 'text/csv; charset=iso-8859-1'],
    ['text/plain', 'text/plain'],
    ['text/plain; charset=utf-7', 'text/plain'],
    ['text/plain; charset=utf-16', 'text/plain'],
    ['text/plain; charset="a\\"b"', 'text/plain'],
    ['text/html; charset=utf-8', 'application/octet-stream']
  ] as const) {
    for (const made of [
      await post('x', { 'content-type': declared }, RAW),
      await post(multipart([{ ...FILE, type: declared }]), MULTIPART)
    ]) {
      t.equal(made.status, 201, declared)
      const target = `${path}/${made.body.data.id}`
      const link = (await admin.get<{ url: string }>(`${target}/download?redirect=false&disposition=inline`))
        .body.data.url
      for (const where of [link, `${url}${target}/content?disposition=inline`]) {
        const response = await fetch(where, {
          method: 'HEAD',
          headers: { authorization: `Bearer ${admin.token}` }
        })
        t.equal(response.headers.get('content-type'), sent, declared)
      }
    }
  }
})
