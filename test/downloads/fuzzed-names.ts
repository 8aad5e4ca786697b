import type { Test } from 'tap'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { TEXT_FORMATS } from '../../core/validation/text-formats.js'
import { seeded } from '../patches/seeded.js'

/** Parts of names: harmless, misleading and dangerous. */
const PIECES = [
  ...[
    'report',
    'a',
    'Z',
    '7',
    ' ',
    '.',
    '..',
    '.pdf',
    '.exe',
    '-',
    '_',
    '~',
    '#',
    '?',
    '&',
    '+',
    '=',
    '@',
    '!'
  ],
  ...[
    '"',
    "'",
    '`',
    '\\',
    '/',
    ';',
    ',',
    '%',
    '%22',
    '%0d%0a',
    '*',
    '(',
    ')',
    '<',
    '>',
    '|',
    ':',
    '$',
    '{',
    '}'
  ],
  ...[
    '\r',
    '\n',
    '\r\nSet-Cookie: a=b',
    '\t',
    '\u0001',
    '\u001b[31m',
    '\u007f',
    '\u0085',
    '\u2028',
    '\u2029'
  ],
  ...['\u202e', '\u202d', '\u2066', '\u2069', '\u200f', '\u200e', '\u061c', '\ufeff', '\u200b', '\u00ad'],
  ...[
    'ä',
    'ß',
    'é',
    'e\u0301',
    'Ω',
    'ж',
    'שלום',
    'مرحبا',
    'ไทย',
    '日本',
    '한',
    '😀',
    '👩‍👩‍👧',
    '🏴‍☠️',
    '𝒳',
    '\uffff'
  ],
  ...["filename*=UTF-8''x", '=?utf-8?q?x?=', '<script>', '; drop table', '../../', 'CON', 'nul', '~/.ssh']
]
const DANGEROUS = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]/u

function makeName({ below, oneOf }: ReturnType<typeof seeded>): string {
  const longest = oneOf([1, 3, 10, 40, 255])
  let name = ''
  for (let n = below(longest) + 1; n > 0; n--) name += oneOf(PIECES)
  const cut = Array.from(name).slice(0, 255).join('')
  return TEXT_FORMATS.name.passes(cut) ? cut : `${cut.slice(0, 250)}x`
}

/** The name in a Content-Disposition header, parsed according to RFC 6266 and RFC 8187. */
function nameIn(header: string): string {
  const [, extended] = /; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+)$/.exec(header) ?? []
  if (extended !== undefined) return decodeURIComponent(extended)
  const [, plain] = /^(?:attachment|inline); filename="([^"\\]*)"$/.exec(header) ?? []
  if (plain === undefined) throw new Error(`Not a header: ${header}`)
  return plain
}

/** Names documents with names derived from the seed, and reads them back from the API and from downloads. */
export async function fuzzNames(t: Test, options: { count: number; seed: number }): Promise<void> {
  const { config } = await createInstallation(t)
  const { url } = await startApi(t, config)
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  const random = seeded(options.seed)
  const names = Array.from({ length: options.count }, () => makeName(random))
  let harmless = 0

  async function check(path: string, name: string, alsoSigned: boolean): Promise<void> {
    const put = await admin.send<{ filename: string }>('PUT', path, { filename: name })
    const shown = JSON.stringify(name)
    if (put.status !== 200) return void t.fail(`${shown}: ${put.status}`)
    const stored = name.normalize('NFC').trim()
    if (put.body.data.filename !== stored) t.fail(`${shown} came back as ${put.body.data.filename}`)
    const targets = [url + path + '/content?disposition=inline']
    if (alsoSigned)
      targets.push((await admin.get<{ url: string }>(`${path}/download?redirect=false`)).body.data.url)
    for (const target of targets) {
      const headers = { authorization: `Bearer ${String(admin.token)}` }
      const { status, headers: sent } = await fetch(target, { method: 'HEAD', headers })
      const header = String(sent.get('content-disposition'))
      const given = nameIn(header)
      if (status !== 200 || !/^[ -~]+$/.test(header)) t.fail(`${shown}: ${status} ${header}`)
      if (!header.startsWith('attachment;')) t.fail(`${shown}: HTML is inline`)
      if (sent.has('set-cookie')) t.fail(`${shown}: another header`)
      if (DANGEROUS.test(given) || /^\.*$/.test(given))
        t.fail(`${shown} is downloaded as ${JSON.stringify(given)}`)
      const expected = stored
      if (DANGEROUS.test(name) || /^\.*$/.test(expected)) continue
      harmless += 1
      if (given !== expected) t.fail(`${shown} is downloaded as ${JSON.stringify(given)}`)
    }
  }

  const lanes = Array.from({ length: 4 }, async (_, lane) => {
    const document = await uploaded(admin, tenant.id, `named ${lane}`, { mime_type: 'text/html' })
    const path = `/api/tenants/${tenant.id}/documents/${document.id}`
    for (let n = lane; n < names.length; n += 4) await check(path, String(names[n]), n % 10 < 2)
  })
  await Promise.all(lanes)
  t.ok(harmless > options.count / 20, `${harmless} downloads of ${options.count} names kept the name`)
}
