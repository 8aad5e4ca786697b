import { createHash } from 'node:crypto'
import t from 'tap'
import { refused } from '../helpers/api.js'
import { md5, multipart, MULTIPART, sha256, startUploads, type Part } from './uploads.js'
import { committedEvents } from '../helpers/committed-events.js'

const uploads = await startUploads(t)
const { admin, tenant, db, post, leavesNothing, objects } = uploads

const FILE: Part = { name: 'file', filename: 'a.txt', type: 'text/plain', body: 'content' }
const field = (name: string, body: string, type?: string): Part => ({ name, body, ...(type && { type }) })

void t.test('fields may come before or after the file', async (t) => {
  for (const fieldsLast of [false, true]) {
    const content = `fields ${fieldsLast ? 'after' : 'before'}`
    const fields = { filename: '  named.txt  ', mime_type: 'application/x-test', md5: md5(content) }
    const answer = await admin.upload(tenant.id, content, fields, { fieldsLast })
    t.equal(answer.status, 201, content)
    t.equal(answer.body.success, true)
    const { data } = answer.body
    t.match(data, {
      filename: 'named.txt',
      mime_type: 'application/x-test',
      user_id: admin.userId,
      deduplicated: false,
      file: { md5_hash: md5(content), sha256: sha256(content), file_size: content.length, verified_at: null }
    })
    t.equal(data.file.id, data.file_id)
    const now = new Date()
    const month = `${now.getUTCFullYear()}/${String(now.getUTCMonth() + 1).padStart(2, '0')}`
    t.equal(data.file.s3_path, `tenants/${tenant.id}/files/${month}/${data.file_id}_${md5(content)}`)

    const [row] = await db`select d.*, f.file_size, f.md5_hash, f.created_by as file_created_by
      from documents d join files f on f.id = d.file_id where d.id = ${data.id}`
    t.match(row, {
      filename: 'named.txt',
      mime_type: 'application/x-test',
      user_id: admin.userId,
      created_by: admin.userId,
      file_created_by: admin.userId,
      file_size: String(content.length),
      md5_hash: md5(content)
    })
    const events =
      await db`select event_type, tenant_id, user_id, data from ${committedEvents(db)} where data->>'document_id' = ${data.id}`
    t.same(events, [
      {
        event_type: 'document.uploaded',
        tenant_id: tenant.id,
        user_id: admin.userId,
        data: {
          document_id: data.id,
          file_id: data.file_id,
          filename: 'named.txt',
          mime_type: 'application/x-test',
          file_size: content.length,
          md5_hash: md5(content),
          sha256: sha256(content),
          deduplicated: false,
          revision: 1,
          ip: '127.0.0.1',
          on_behalf_of: null,
          ...{ external_id: null, metadata: {}, tags: [], folder: '/' }
        }
      }
    ])
  }
  t.same(await db`select * from pending_objects`, [], 'nothing is pending')
})

void t.test('equal content is stored once', async (t) => {
  const first = await admin.upload(tenant.id, 'the same', {}, { name: 'one.txt' })
  const before = await objects()
  const second = await admin.upload(tenant.id, 'the same', {}, { name: 'two.txt', type: 'text/html' })
  t.equal(second.status, 201)
  t.equal(second.body.data.deduplicated, true)
  t.equal(second.body.data.file_id, first.body.data.file_id)
  t.not(second.body.data.id, first.body.data.id)
  t.match(second.body.data, { filename: 'two.txt', mime_type: 'text/html' })
  t.same(second.body.data.file, first.body.data.file)
  t.same(await objects(), before, 'no further object')
  const [event] =
    await db`select data from ${committedEvents(db)} where data->>'document_id' = ${second.body.data.id}`
  t.match(event, { data: { deduplicated: true } })
})

void t.test('concurrent identical uploads become one file', async (t) => {
  const before = await objects()
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => admin.upload(tenant.id, 'all at once', {}))
  )
  t.same(new Set(answers.map((answer) => answer.status)), new Set([201]))
  t.equal(new Set(answers.map((answer) => answer.body.data.file_id)).size, 1)
  t.equal(new Set(answers.map((answer) => answer.body.data.id)).size, 12)
  t.equal(answers.filter((answer) => !answer.body.data.deduplicated).length, 1, 'one upload was new')
  t.same(await db`select * from pending_objects`, [], 'nothing is pending')
  t.equal((await objects()).length, before.length + 1)
})

void t.test('two contents with the same MD5 stay two files', async (t) => {
  // X. Wang, H. Yu: How to Break MD5 and Other Hash Functions (EUROCRYPT 2005); they differ in six bits.
  const first = Buffer.from(
    'd131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f8955ad340609f4b30283e488832571415a' +
      '085125e8f7cdc99fd91dbdf280373c5bd8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0' +
      'e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70',
    'hex'
  )
  const second = Buffer.from(first)
  for (const [index, value] of [
    [19, 0x07],
    [45, 0xf1],
    [59, 0x72],
    [83, 0x34],
    [109, 0x28],
    [123, 0xab]
  ] as const) {
    second[index] = value
  }
  t.notOk(first.equals(second))
  t.equal(md5(first), md5(second))
  const [one, two] = [await admin.upload(tenant.id, first), await admin.upload(tenant.id, second)]
  t.same([one.body.data.deduplicated, two.body.data.deduplicated], [false, false])
  t.not(one.body.data.file_id, two.body.data.file_id)
  t.equal(one.body.data.file.md5_hash, two.body.data.file.md5_hash)
  t.not(one.body.data.file.sha256, two.body.data.file.sha256)
})

void t.test("the part's name and type are used if there are no fields", async (t) => {
  const named = await admin.upload(tenant.id, 'named', {}, { name: 'ünï 日本.pdf', type: 'application/pdf' })
  t.match(named.body.data, { filename: 'ünï 日本.pdf', mime_type: 'application/pdf' })
  const path = await post(multipart([{ ...FILE, filename: '../../etc/passwd', body: 'path' }]), MULTIPART)
  t.equal(path.status, 201)
  t.equal(path.body.data.filename, 'passwd', 'the path is removed from the name')
  const cases: [string, Part][] = [
    ['application/octet-stream', { name: 'file', filename: 'x', type: 'not a type', body: 'odd type' }],
    ['text/plain', { name: 'file', filename: 'x', body: 'no type' }],
    ['text/csv', { name: 'file', filename: 'x', type: 'text/csv; charset=latin1', body: 'parameters' }]
  ]
  for (const [expected, part] of cases) {
    const answer = await post(multipart([part]), MULTIPART)
    t.equal(answer.status, 201, String(part.body))
    t.equal(answer.body.data.mime_type, expected, String(part.body))
  }
})

void t.test('the type is taken from the first that is present: field, part, content, name', async (t) => {
  const png = (text: string) =>
    Buffer.concat([
      Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
      Buffer.from(text)
    ])
  const unknown = 'application/octet-stream'
  const cases: [string, Part[]][] = [
    ['a/b', [field('mime_type', 'a/b'), { ...FILE, filename: 'x.pdf', type: 'image/gif', body: png('1') }]],
    [
      unknown,
      [field('mime_type', unknown), { ...FILE, filename: 'x.pdf', type: 'image/gif', body: png('2') }]
    ],
    ['image/gif', [{ ...FILE, filename: 'x.pdf', type: 'image/gif', body: png('3') }]],
    ['image/png', [{ ...FILE, filename: 'x.pdf', type: unknown, body: png('4') }]],
    ['image/png', [{ ...FILE, filename: 'x.pdf', type: 'no type', body: png('5') }]],
    ['application/pdf', [{ ...FILE, filename: 'x.pdf', type: unknown, body: 'text 6' }]],
    [unknown, [{ ...FILE, filename: 'x.unheard-of', type: unknown, body: 'text 7' }]],
    [
      'application/pdf',
      [{ ...FILE, filename: 'x', type: unknown, body: 'text 8' }, field('filename', 'y.pdf')]
    ]
  ]
  for (const [expected, parts] of cases) {
    const answer = await post(multipart(parts), MULTIPART)
    t.equal(answer.body.data.mime_type, expected, String(parts.at(-1)?.body).slice(-6))
  }
  const raw = async (body: Buffer, type: string | undefined, name: string) =>
    (await post(body, type === undefined ? {} : { 'content-type': type }, `?filename=${name}`)).body.data
      .mime_type
  t.equal(await raw(png('9'), 'text/csv', 'x.pdf'), 'text/csv')
  t.equal(await raw(png('10'), undefined, 'x.pdf'), 'image/png')
  t.equal(
    await raw(Buffer.from('text 11'), undefined, 'x.docx'),
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
  )
  const large = Buffer.concat([png('12'), Buffer.alloc(6_000_000)])
  t.equal(await raw(large, unknown, 'x.pdf'), 'image/png', 'also for a streamed file')
})

void t.test('a declared MD5 is verified', async (t) => {
  t.equal((await admin.upload(tenant.id, 'right', { md5: md5('right') })).status, 201)
  t.equal((await admin.upload(tenant.id, 'upper', { md5: md5('upper').toUpperCase() })).status, 201)
  await leavesNothing(t, 'wrong', async () => {
    refused(t, await admin.upload(tenant.id, 'wrong', { md5: md5('right') }), 'CHECKSUM_MISMATCH')
    const behind = await admin.upload(tenant.id, 'wrong', { md5: md5('right') }, { fieldsLast: true })
    refused(t, behind, 'CHECKSUM_MISMATCH')
  })
})

void t.test('wrong fields are named, and leave nothing', async (t) => {
  const valid = { filename: 'a', mime_type: 'text/plain', md5: md5('content') }
  const wrong: [string, Part[], string[]][] = [
    ['no file', [field('filename', 'a')], ['/file']],
    ['no part', [], ['/file']],
    ['a file without a name', [field('file', 'content')], ['/filename']],
    ['a file of another name', [{ ...FILE, name: 'upload' }], ['/upload']],
    ['two files', [FILE, { ...FILE, body: 'other' }], ['/file']],
    ['a field and a file', [field('file', 'x'), FILE], ['/file']],
    ['no file name', [{ name: 'file', type: 'application/octet-stream', body: 'x' }], ['/filename']],
    ['an empty file name', [{ ...FILE, filename: '' }], ['/filename']],
    ['a blank file name', [field('filename', ' \t '), FILE], ['/filename']],
    ['a long file name', [field('filename', 'a'.repeat(256)), FILE], ['/filename']],
    ['a truncated file name', [field('filename', 'a'.repeat(5000)), FILE], ['/filename']],
    ['a long name of the part', [{ ...FILE, filename: 'a'.repeat(256) }], ['/filename']],
    ['a NUL in the name', [field('filename', 'a\0b'), FILE], ['/filename']],
    ['a wrong type', [field('mime_type', 'text'), FILE], ['/mime_type']],
    ['an empty type', [field('mime_type', ''), FILE], ['/mime_type']],
    ['a long type', [field('mime_type', `text/${'a'.repeat(100)}`), FILE], ['/mime_type']],
    ['a wrong MD5', [field('md5', 'xyz'), FILE], ['/md5']],
    ['a truncated MD5', [field('md5', 'a'.repeat(5000)), FILE], ['/md5']],
    ['an unknown field', [field('user_id', admin.userId), FILE], ['/user_id']],
    ['an unknown field after the file', [FILE, field('tenant_id', 'x')], ['/tenant_id']],
    ['a field twice', [field('filename', 'a'), field('filename', 'a'), FILE], ['/filename']],
    ['a field twice, after the file', [FILE, field('md5', valid.md5), field('md5', valid.md5)], ['/md5']],
    ['a slash in a field', [field('a/b~c', 'x'), FILE], ['/a~1b~0c']],
    ['an object', [field('filename', '{"a":1}', 'application/json'), FILE], ['/filename']],
    [
      'several',
      [field('md5', '-'), field('mime_type', '-'), field('x', '-'), FILE],
      ['/md5', '/mime_type', '/x']
    ]
  ]
  for (const [what, parts, fields] of wrong) {
    await leavesNothing(t, what, async () => {
      refused(t, await post(multipart(parts), MULTIPART), 'VALIDATION_ERROR', fields, what)
    })
  }
})

void t.test("names of Object.prototype's properties are names like any other", async (t) => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    for (const parts of [
      [field(name, 'x'), FILE],
      [FILE, field(name, 'x')],
      [{ ...FILE, name }],
      [field(name, '{"filename":"a"}', 'application/json'), FILE]
    ]) {
      await leavesNothing(t, name, async () => {
        const answer = await post(multipart(parts), MULTIPART)
        t.ok([400, 422].includes(answer.status), `${name}: ${answer.status}`)
        refused(t, answer, answer.status === 400 ? 'MALFORMED_REQUEST' : 'VALIDATION_ERROR', [], name)
      })
    }
  }
  t.equal(({} as Record<string, unknown>)['filename'], undefined, 'Object.prototype is unchanged')
})

void t.test('a body that does not match its type is refused', async (t) => {
  const cut = multipart([{ ...FILE, body: 'x'.repeat(1000) }], '')
  const wrong: [string, Buffer | string, Record<string, string>][] = [
    ['cut off inside the file', cut, MULTIPART],
    ['cut off in the head of a part', cut.subarray(0, 40), MULTIPART],
    ['cut off in a field', multipart([FILE, field('filename', 'abc')], ''), MULTIPART],
    ['another boundary', multipart([FILE]), { 'content-type': 'multipart/form-data; boundary=other' }],
    ['no boundary', multipart([FILE]), { 'content-type': 'multipart/form-data' }],
    ['no multipart at all', 'hello', MULTIPART],
    ['a part without a name', multipart([{ ...FILE }, { body: 'x' }]).subarray(0, -20), MULTIPART],
    ['invalid JSON', multipart([field('filename', '{', 'application/json'), FILE]), MULTIPART]
  ]
  for (const [what, body, headers] of wrong) {
    await leavesNothing(t, what, async () => {
      const answer = await post(body, headers)
      t.ok([400, 422].includes(answer.status), `${what}: ${answer.status} ${answer.body.error.code}`)
      refused(t, answer, answer.status === 400 ? 'MALFORMED_REQUEST' : 'VALIDATION_ERROR', [], what)
    })
  }
  await leavesNothing(t, 'many parts', async () => {
    const many = Array.from({ length: 50 }, (_, index) => field(`f${index}`, 'x'))
    t.ok([413, 422].includes((await post(multipart([...many, FILE]), MULTIPART)).status))
    const files = Array.from({ length: 50 }, (_, index) => ({ ...FILE, body: `${index}` }))
    t.ok([413, 422].includes((await post(multipart(files), MULTIPART)).status))
  })
})

void t.test('an empty file is refused, however it is sent', async (t) => {
  await leavesNothing(t, 'empty', async () => {
    refused(t, await admin.upload(tenant.id, '', { filename: 'empty' }), 'EMPTY_FILE')
    refused(t, await admin.upload(tenant.id, '', {}, { fieldsLast: true }), 'EMPTY_FILE')
    refused(t, await post('', { 'content-type': 'application/pdf' }, '?filename=a'), 'EMPTY_FILE')
    refused(t, await post(null, {}, '?filename=a'), 'EMPTY_FILE')
    refused(t, await post(null, { 'content-type': 'text/plain' }, '?filename=a'), 'EMPTY_FILE')
  })
})

void t.test('the body may be the file itself', async (t) => {
  const cases: [string, string | undefined, string][] = [
    ['application/pdf', 'application/pdf', 'raw pdf'],
    ['text/html', 'text/html; charset=utf-8', 'raw html'],
    ['application/json', 'application/json', '{"raw": "json", '],
    ['application/octet-stream', undefined, 'no type'],
    ['multipart/mixed', 'multipart/mixed; boundary=x', 'not a form'],
    ['application/octet-stream', 'application/x-www-form-urlencoded', 'a=b']
  ]
  for (const [expected, type, content] of cases) {
    const answer = await post(
      Buffer.from(content),
      type === undefined ? {} : { 'content-type': type },
      '?filename=%20r%C3%A4w%20'
    )
    t.equal(answer.status, 201, content)
    t.match(answer.body.data, {
      filename: 'räw',
      mime_type: expected,
      file: { md5_hash: md5(content), file_size: content.length }
    })
  }
})

void t.test('the MD5 of a raw body is verified', async (t) => {
  const base64 = (content: string) => createHash('md5').update(content).digest('base64')
  const type = { 'content-type': 'application/pdf' }
  const send = (content: string, header: string, query = '?filename=a') =>
    post(content, { ...type, 'content-md5': header }, query)
  t.equal((await send('raw with MD5', base64('raw with MD5'))).status, 201)
  await leavesNothing(t, 'raw', async () => {
    refused(t, await send('x', base64('y')), 'CHECKSUM_MISMATCH')
    for (const header of ['xyz', md5('x'), base64('x').slice(0, -2), `${base64('x')}, ${base64('x')}`, '=']) {
      refused(t, await send('x', header), 'VALIDATION_ERROR', ['/content-md5'], header)
    }
    refused(t, await send('x', base64('x'), ''), 'VALIDATION_ERROR', ['/filename'])
    for (const query of [
      '?filename=',
      '?filename=%20',
      '?filename=%00',
      `?filename=${'a'.repeat(256)}`,
      '?filename=a&filename=b'
    ]) {
      refused(t, await post('x', type, query), 'VALIDATION_ERROR', ['/filename'], query)
    }
  })
})
