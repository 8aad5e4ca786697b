import t from 'tap'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { seeded } from '../patches/seeded.js'
import { visible } from './hostile.js'

const ROUNDS = 150
const SEED = 42

const { config } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const { id } = await uploaded(admin, tenant.id, 'fuzzed')
const path = `/api/tenants/${tenant.id}/documents`
const { below, oneOf } = seeded(SEED)

const TEXTS = [
  ...[
    '',
    ' ',
    '.',
    '..',
    '...',
    '/',
    '//',
    'a',
    'A',
    '%2F',
    '%',
    '\\',
    '"',
    "'",
    '`',
    '$ne',
    '{}',
    '[]',
    'NULL',
    'null'
  ],
  ...[
    'é',
    'e\u0301',
    '\u1e9b\u0323',
    'ﬁ',
    '한',
    '\u1112\u1161\u11ab',
    '😀',
    '👩‍👩‍👧',
    '\u200b',
    '\u202e',
    '\u00a0',
    '\t',
    '\r\n',
    '\u2028'
  ],
  ...[
    '\0',
    '\u0001',
    '\u007f',
    '\ufffd',
    '\uffff',
    '\ud800',
    '\udc00x',
    "'; drop table documents; --",
    '$1',
    ':x',
    '?'
  ],
  ...[
    'x'.repeat(99),
    'é'.repeat(100),
    'e\u0301'.repeat(51),
    '😀'.repeat(255),
    'x'.repeat(1025),
    'ü'.repeat(128)
  ]
]
const KEYS = [
  ...[
    'a',
    'A',
    '0',
    '-',
    '.',
    '..',
    '_',
    '$ne',
    'a.b',
    'a b',
    '',
    '__proto__',
    'constructor',
    'prototype',
    'toString'
  ],
  ...[
    'hasOwnProperty',
    'length',
    'toJSON',
    'x'.repeat(64),
    'x'.repeat(65),
    'é',
    '->>',
    '?',
    '||',
    '\0',
    '\ud800'
  ]
]
const NUMBERS = [
  ...[0, -0, 1, -1, 0.1, 1e-7, 5e-324, 1.5e-300, 1e15, 1e21, 1e308, 2 ** 53 - 1, 2 ** 53, -(2 ** 53)],
  ...[123456789.123456789, 0.30000000000000004]
]
const text = (): string => Array.from({ length: 1 + below(3) }, () => oneOf(TEXTS)).join('')
const value = (): unknown =>
  oneOf([
    text,
    text,
    () => oneOf(NUMBERS),
    () => oneOf([true, false]),
    () => null,
    () => [1],
    () => ({ a: 1 })
  ])()
const folder = (): unknown =>
  oneOf([() => `/${Array.from({ length: below(5) }, text).join('/')}${oneOf(['', '/'])}`, text, value])()
const metadata = (): unknown => {
  const result: Record<string, unknown> = {}
  for (let left = below(6); left > 0; left--)
    Object.defineProperty(result, oneOf(KEYS), { value: value(), enumerable: true, configurable: true })
  return oneOf([() => result, () => result, () => result, value])()
}
const tags = (): unknown => oneOf([() => Array.from({ length: below(55) }, text), () => [value()], value])()
const external = (): unknown => oneOf([text, text, value])()

const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other))
const slashed = (path: string) => (path.endsWith('/') ? path : `${path}/`)
const EXPECTED: Record<string, (sent: never) => unknown> = {
  external_id: (sent: string | null) => sent,
  metadata: (sent: object) => JSON.parse(JSON.stringify(sent)) as unknown,
  tags: (sent: string[]) => [...new Set(sent.map((tag) => tag.normalize('NFC').trim()))].sort(byBytes),
  folder: (sent: string) => slashed(sent.normalize('NFC'))
}
const MAKERS: Record<string, () => unknown> = { external_id: external, metadata, tags, folder }

void t.test('own data comes back as it was sent, or is refused as a client error', async (t) => {
  let accepted = 0
  const answered = async (what: string, sent: unknown, form: boolean) => {
    const answer = form
      ? await admin.request('POST', path, { body: asForm(what, sent) })
      : await admin.send('PUT', `${path}/${id}`, { [what]: sent })
    const { status, body } = answer
    const label = `${what} ${form ? 'by form' : ''} ${visible(JSON.stringify(sent).slice(0, 200))}`
    if (status !== 200 && status !== 201) {
      t.ok([400, 409, 422].includes(status), `${label}: ${status}`)
      return
    }
    accepted++
    t.equal(written(body.data[what]), written(EXPECTED[what]?.(sent as never)), label)
    const read = await admin.get(`${path}/${String(body.data['id'])}`)
    t.equal(written(read.body.data[what]), written(body.data[what]), label)
    if (what !== 'external_id' || typeof sent !== 'string') return
    const found = await admin.get<{ id: string }>(`${path}/by-external-id/${encodeURIComponent(sent)}`)
    t.match(found.body, { data: { id: body.data['id'] } }, `${label}: found by it: ${found.status}`)
  }
  for (let round = 0; round < ROUNDS; round++) {
    const what = oneOf(Object.keys(MAKERS))
    const sent = MAKERS[what]?.()
    const form =
      below(4) === 0 && (what === 'metadata' || (what === 'external_id' && typeof sent === 'string'))
    await answered(what, sent, form && !/\\ud[89a-f]/.test(JSON.stringify(sent)))
  }
  for (const one of [...TEXTS, ...TEXTS.map((text) => `/${text}`)])
    for (const what of ['external_id', 'folder']) await answered(what, one, false)
  for (const key of KEYS) await answered('metadata', Object.fromEntries([[key, 1]]), false)
  for (const number of NUMBERS) await answered('metadata', { number }, false)
  t.ok(accepted > 50, `${accepted} values were accepted`)
})

/** As text: a deep comparison would call methods that keys such as `hasOwnProperty` replace. */
const written = (value: unknown) =>
  JSON.stringify(value instanceof Object && !Array.isArray(value) ? Object.entries(value).sort() : value)

/** In a form, text outside JSON is well-formed and has CRLF line breaks. */
function asForm(what: string, sent: unknown): FormData {
  const form = new FormData()
  form.append('file', new Blob(['fuzzed']), 'a.txt')
  form.append(
    what,
    what === 'metadata' ? new Blob([JSON.stringify(sent)], { type: 'application/json' }) : sent
  )
  return form
}
