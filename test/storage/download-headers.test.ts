import t from 'tap'
import { contentDisposition, safeDownload } from '../../core/download-headers.js'

void t.test('Content-Disposition has an ASCII fallback, and the true name if it differs', async (t) => {
  const cases: [name: string, header: string][] = [
    ['report.pdf', 'attachment; filename="report.pdf"'],
    ['two words.txt', 'attachment; filename="two words.txt"'],
    ["it's (1) *.txt", 'attachment; filename="it\'s (1) *.txt"'],
    ['naïve.txt', `attachment; filename="na_ve.txt"; filename*=UTF-8''na%C3%AFve.txt`],
    ["€'()*.txt", `attachment; filename="_'()*.txt"; filename*=UTF-8''%E2%82%AC%27%28%29%2A.txt`],
    ['🗄️.txt', `attachment; filename="__.txt"; filename*=UTF-8''%F0%9F%97%84%EF%B8%8F.txt`],
    ['100%25.txt', `attachment; filename="100_25.txt"; filename*=UTF-8''100%2525.txt`],
    ['say "hi".txt', `attachment; filename="say _hi_.txt"; filename*=UTF-8''say%20%22hi%22.txt`],
    ['a/b\\c.txt', 'attachment; filename="a_b_c.txt"'],
    ['../../etc/passwd', 'attachment; filename=".._.._etc_passwd"'],
    ['a\r\nSet-Cookie: b=c', 'attachment; filename="aSet-Cookie: b=c"'],
    ['a\0b\x7f\x85\u2028c', 'attachment; filename="abc"'],
    ['fdp.\u202eexe', 'attachment; filename="fdp.exe"'],
    ['\ud800x\udc00', 'attachment; filename="x"'],
    ...['', '   ', '.', '..', '\n', '\ud800'].map((name): [string, string] => [
      name,
      'attachment; filename="download"'
    ])
  ]
  for (const [name, header] of cases) t.equal(contentDisposition('attachment', name), header)
  t.equal(contentDisposition('inline', 'a.png'), 'inline; filename="a.png"')
})

void t.test('Content-Disposition is printable ASCII for any text', async (t) => {
  for (let round = 0; round < 2000; round++) {
    const units = Array.from({ length: round % 40 }, () =>
      Math.floor(Math.random() * (round % 2 ? 0x10000 : 0x180))
    )
    const name = String.fromCharCode(...units)
    const header = contentDisposition('inline', name)
    if (
      /^inline; filename="[^"\\/%]+"(; filename\*=UTF-8''([A-Za-z0-9.!~_-]|%[0-9A-F]{2})+)?$/.test(header) &&
      /^[ -~]+$/.test(header)
    )
      continue
    t.fail(`${JSON.stringify(name)} became ${header}`)
  }
})

void t.test('only harmless content is shown inline, and only harmless types are sent', async (t) => {
  const cases: [mimeType: string, contentType: string, disposition: 'inline' | 'attachment'][] = [
    ['image/png', 'image/png', 'inline'],
    ['IMAGE/JPEG', 'image/jpeg', 'inline'],
    ['application/pdf', 'application/pdf', 'inline'],
    ['text/plain', 'text/plain', 'inline'],
    ['text/plain; charset=utf-7', 'text/plain', 'inline'],
    ['video/mp4', 'video/mp4', 'inline'],
    ['application/json', 'application/json', 'attachment'],
    ['text/csv', 'text/csv', 'attachment'],
    ['text/html', 'application/octet-stream', 'attachment'],
    ['text/html;x=image/png', 'application/octet-stream', 'attachment'],
    ['image/svg+xml', 'application/octet-stream', 'attachment'],
    ['application/xhtml+xml', 'application/octet-stream', 'attachment'],
    ['text/javascript', 'application/octet-stream', 'attachment'],
    ['application/zip', 'application/octet-stream', 'attachment'],
    ['', 'application/octet-stream', 'attachment'],
    ['image/png\r\nX: y', 'application/octet-stream', 'attachment']
  ]
  for (const [mimeType, contentType, disposition] of cases) {
    t.same(safeDownload({ mimeType, disposition: 'inline' }), { contentType, disposition }, mimeType)
    t.same(safeDownload({ mimeType, disposition: 'attachment' }), { contentType, disposition: 'attachment' })
  }
})

void t.test('only charsets of a short list are sent, and only for text', async (t) => {
  const typeWith = (mimeType: string, charset: string | null) =>
    safeDownload({ mimeType, charset, disposition: 'inline' }).contentType
  t.equal(typeWith('text/plain', 'utf-8'), 'text/plain; charset=utf-8')
  t.equal(typeWith('text/plain', 'ISO-8859-1'), 'text/plain; charset=iso-8859-1')
  t.equal(typeWith('text/csv', 'windows-1252'), 'text/csv; charset=windows-1252')
  for (const type of ['image/png', 'application/json', 'application/octet-stream'])
    t.equal(typeWith(type, 'utf-8'), type)
  t.equal(typeWith('text/html', 'utf-8'), 'application/octet-stream')
  // Charsets in which browsers may see markup that is none in ASCII, and text that is no charset.
  const dangerous = [
    'utf-7',
    'utf-16',
    'utf-16le',
    'utf-32',
    'iso-2022-jp',
    'iso-2022-kr',
    'hz-gb-2312',
    'x-user-defined'
  ]
  for (const charset of [...dangerous, 'ibm037', 'replacement', '', 'a\r\nX: y', '__proto__', null])
    t.equal(typeWith('text/plain', charset), 'text/plain', String(charset))
})
