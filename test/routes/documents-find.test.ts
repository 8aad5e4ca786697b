import fc from 'fast-check'
import t from 'tap'
import { Document } from '../../src/schemas/documents.js'
import { createTenant, refused, signUp, startApi, uploaded, type Answer, type Page } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config, tenantSql } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const db = tenantSql(tenant.database_name)
const { file_id } = await uploaded(admin, tenant.id, 'the file of all documents')

interface Found {
  id: string
  filename: string
  external_id: string | null
  on_behalf_of: string | null
  metadata: Record<string, string | number | boolean>
  tags: string[]
  folder: string
}
type Query = [name: string, value: string][]
const list = (query: Query): Promise<Answer<Page<Found>>> =>
  admin.get<Page<Found>>(`/api/tenants/${tenant.id}/documents?${String(new URLSearchParams(query))}`)

await db`delete from documents`
await db`insert into documents (id, filename, mime_type, file_id, user_id, external_id, on_behalf_of, tags, metadata, folder)
  select gen_random_uuid(), 'd' || n % 7, 'text/plain', ${file_id}, ${admin.userId},
    case when n % 2 = 0 then 'ext-' || n end, case when n % 5 = 0 then 'user-1' end,
    (array['{}', '{a}', '{a,b}', '{"ü\\\\\\"","x y"}']::text[])[n % 4 + 1]::text[],
    (array['{}', '{"k": "5", "_proto": true}', '{"k": 5, "other": "x"}', '{"k": true}', '{"k": "true", "__proto__": 1.5}'])[n % 5 + 1]::jsonb,
    (array['/', '/a/', '/a/b/', '/a0/', '/ä/'])[n % 5 + 1]
  from generate_series(1, 60) n`
const ALL = (await list([['per_page', '100']])).body.data.items

async function walk(query: Query): Promise<string[]> {
  const found: string[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { status, body } = await list([...query, ...(cursor ? ([['cursor', cursor]] as Query) : [])])
    if (status !== 200) throw new Error(JSON.stringify(body))
    found.push(...body.data.items.map(({ id }) => id))
    cursor = body.data.pagination.next_cursor
  }
  return found
}

const is = (value: unknown, text: string) =>
  value === text || (typeof value !== 'string' && JSON.stringify(value) === text)
const PARTS: [Query, (document: Found) => boolean][] = [
  [[['external_id', 'ext-4']], ({ external_id }) => external_id === 'ext-4'],
  [[['on_behalf_of', 'user-1']], ({ on_behalf_of }) => on_behalf_of === 'user-1'],
  [[['tag', 'a']], ({ tags }) => tags.includes('a')],
  [
    [
      ['tag', 'b'],
      ['tag', 'a']
    ],
    ({ tags }) => tags.includes('a') && tags.includes('b')
  ],
  [[['tag', 'u\u0308\\"']], ({ tags }) => tags.includes('ü\\"')],
  [[['metadata[k]', '5']], ({ metadata }) => is(metadata['k'], '5')],
  [[['metadata[k]', 'true']], ({ metadata }) => is(metadata['k'], 'true')],
  [[['metadata[k]', '5.0']], () => false],
  [
    [
      ['metadata[k]', '5'],
      ['metadata[other]', 'x']
    ],
    ({ metadata }) => is(metadata['k'], '5') && metadata['other'] === 'x'
  ],
  [[['metadata[__proto__]', '1.5']], ({ metadata }) => Object.hasOwn(metadata, '__proto__')],
  [[['folder', '/a']], ({ folder }) => folder === '/a/'],
  [[['folder_prefix', '/a/']], ({ folder }) => folder.startsWith('/a/')],
  [[['folder_prefix', '/']], () => true],
  [[['folder', '/a\u0308/']], ({ folder }) => folder === '/ä/'],
  [[['filename', 'D3']], ({ filename }) => filename === 'd3']
]

void t.test(
  'each filter, alone and with another, finds the same by page and by cursor, counted or not',
  async (t) => {
    for (const [index, [query, matches]] of PARTS.entries()) {
      const [others, match] = PARTS[(index * 4 + 3) % PARTS.length] ?? [[], () => true]
      const both: Query = others.some(([name]) => query.some(([one]) => one === name))
        ? query
        : [...query, ...others]
      const isBoth = both === query ? matches : (one: Found) => matches(one) && match(one)
      for (const [asked, test] of [
        [query, matches],
        [both, isBoth]
      ] as const) {
        const expected = ALL.filter(test).map(({ id }) => id)
        const what = JSON.stringify(asked)
        const { body } = await list([...asked, ['per_page', '100']])
        t.same(
          body.data.items.map(({ id }) => id),
          expected,
          what
        )
        t.equal(body.data.pagination.total, expected.length, what)
        t.same(await walk([...asked, ['per_page', '7'], ['total', 'false']]), expected, `${what} by cursor`)
      }
    }
  }
)

void t.test('total=false replaces the total by a lower bound', async (t) => {
  const pagination = async (...query: Query) => {
    const { next_cursor: _, ...others } = (await list([['total', 'false'], ...query])).body.data.pagination
    return others
  }
  t.same(await pagination(), { page: 1, per_page: 20, total: 20, pages: 1, total_capped: true })
  t.same(await pagination(['page', '3']), { page: 3, per_page: 20, total: 60, pages: 3 })
  t.same(await pagination(['page', '9']), { page: 9, per_page: 20, total: 0, pages: 0, total_capped: true })
  t.same(await pagination(['folder', '/none']), { page: 1, per_page: 20, total: 0, pages: 0 })
})

void t.test('a cursor belongs to its filter, in whatever order its parameters are', async (t) => {
  const query: Query = [
    ['tag', 'a'],
    ['tag', 'b'],
    ['metadata[k]', '5'],
    ['metadata[_proto]', 'true'],
    ['per_page', '1']
  ]
  const cursor = String((await list(query)).body.data.pagination.next_cursor)
  t.equal(
    (await list([...query.toReversed(), ['cursor', cursor], ['total', 'false'], ['fields', 'id']])).status,
    200
  )
  refused(t, await list([...query.slice(1), ['cursor', cursor]]), 'VALIDATION_ERROR', ['/cursor'])
})

void t.test('`fields` selects optional fields', async (t) => {
  const OPTIONAL = ['external_id', 'folder', 'metadata', 'on_behalf_of', 'tags'] as const
  const kept = ['created_at', 'file_id', 'filename', 'id', 'mime_type', 'revision', 'updated_at', 'user_id']
  for (const [fields, more] of [
    ['id', []],
    ['tags,metadata', ['metadata', 'tags']],
    ['on_behalf_of,folder,external_id', ['external_id', 'folder', 'on_behalf_of']],
    [Object.keys(Document.properties).join(','), [...OPTIONAL]]
  ] as const) {
    for (const filter of [[], [['tag', 'a']]] as Query[]) {
      const { body } = await list([['fields', fields], ...filter])
      t.same(Object.keys(body.data.items[0] ?? {}).sort(), [...kept, ...more].sort(), fields)
    }
  }
})

void t.test('invalid filters are refused by name', async (t) => {
  const cases: [Query, string[]][] = [
    [[['tag', '']], ['/tag/0']],
    [[['tag', 'a\0']], ['/tag/0']],
    [Array.from({ length: 51 }, (_, n) => ['tag', `${n}`]), ['/tag']],
    [[['metadata', 'x']], ['/metadata']],
    [[['metadata[]', 'x']], ['/metadata/']],
    [[['metadata[a b]', 'x']], ['/metadata/a b']],
    [[['metadata[a][b]', 'x']], ['/metadata/a][b']],
    [[['metadata[a]', '\0']], ['/metadata/a']],
    [
      [
        ['metadata[a]', '1'],
        ['metadata[a]', '2']
      ],
      ['/metadata/a']
    ],
    [Array.from({ length: 11 }, (_, n) => [`metadata[k${n}]`, 'x']), ['/metadata']],
    [[['folder', 'a']], ['/folder']],
    [[['folder_prefix', '/..']], ['/folder_prefix']],
    [[['external_id', '']], ['/external_id']],
    [[['fields', 'id,secret']], ['/fields']],
    [[['total', 'maybe']], ['/total']]
  ]
  for (const [query, fields] of cases)
    refused(t, await list(query), 'VALIDATION_ERROR', fields, JSON.stringify(query).slice(0, 80))
})

void t.test('no query makes the server fail', async (t) => {
  const words = fc.constantFrom(
    '__proto__',
    '$gt',
    "' or 1=1",
    '{}',
    '"',
    '\\',
    '%',
    '1e400',
    '-0',
    'null',
    'NaN',
    '9'.repeat(400),
    '\u0000',
    'ä',
    'a\u0308'
  )
  const text = fc.oneof(words, fc.string({ unit: 'binary', maxLength: 30 }), fc.double().map(String))
  const name = fc.oneof(
    fc.constantFrom(
      'tag',
      'folder',
      'folder_prefix',
      'external_id',
      'fields',
      'total',
      'sort',
      'filename',
      'cursor'
    ),
    text.map((key) => `metadata[${key}]`),
    fc.stringMatching(/^metadata\[[A-Za-z0-9_.-]{1,64}\]$/)
  )
  const queries = fc.array(
    fc.tuple(
      name,
      fc.oneof(
        text,
        text.map((one) => `/${one}`)
      )
    ),
    { minLength: 1, maxLength: 5 }
  )
  await fc.assert(
    fc.asyncProperty(queries, async (query) => {
      const { status } = await list(query)
      return status === 200 || status === 422
    }),
    { numRuns: 150 }
  )
  t.pass()
})
