import t from 'tap'
import { AppError } from '../../core/errors.js'
import { readForm } from '../../src/http/form-data.js'
import { namesOf } from '../../src/http/part-headers.js'

/** Reads a form whose boundary is "x", and returns its parts. */
async function read(
  text: string,
  chunk = 65_536
): Promise<{ name: string; filename: string | undefined; content: string }[]> {
  const bytes = Buffer.from(text, 'latin1')
  async function* source() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
  }
  const parts = []
  for await (const { headers, body } of readForm(source(), 'x')) {
    let content = ''
    for await (const bytes of body) content += bytes.toString('latin1')
    parts.push({ ...namesOf(headers), content })
  }
  return parts
}

const END = '\r\n--x--\r\n'
const part = (disposition: string, content = 'content') =>
  `--x\r\nContent-Disposition: ${disposition}\r\n\r\n${content}`
const utf8 = (text: string) => Buffer.from(text).toString('latin1')

void t.test('names are read as clients write them', async (t) => {
  const cases: [parameters: string, filename: string | undefined][] = [
    ['filename="a.txt"', 'a.txt'],
    ['FileName="a.txt"', 'a.txt'],
    ['filename=a.txt', 'a.txt'],
    ['filename = "a.txt" ;', 'a.txt'],
    ['filename=two words.txt', 'two words.txt'],
    [`filename=${utf8('à')}`, 'à'],
    [`filename="${utf8('grün 日本.txt')}"`, 'grün 日本.txt'],
    // Browsers, curl and Node; then Go and others.
    ['filename="5%22 disk%0D%0A.txt"', '5" disk\r\n.txt'],
    ['filename="100%25 %41 %0a.txt"', '100%25 %41 %0a.txt'],
    ['filename="5\\" disk.txt"', '5" disk.txt'],
    ['filename="a; name=b"', 'a; name=b'],
    ['filename="C:\\fakepath\\a.txt"', 'a.txt'],
    ['filename="../../etc/passwd"', 'passwd'],
    ['filename=""', undefined],
    ['filename=".."', undefined],
    // Ignored wherever it is: RFC 7578 §4.2 forbids filename*.
    [`filename*=UTF-8''b.txt; filename="a.txt"`, 'a.txt'],
    [`filename="a.txt"; filename*=UTF-8''b.txt`, 'a.txt'],
    [`filename*=UTF-8''b.txt`, undefined],
    [`filename*="UTF-8''M%FC.txt"`, undefined]
  ]
  for (const [parameters, filename] of cases) {
    const [read1] = await read(part(`form-data; name="file"; ${parameters}`) + END)
    t.same(read1, { name: 'file', filename, content: 'content' }, parameters)
    const [read2] = await read(part(`form-data; ${parameters.replace(/ ?;$/, '')}; name=file`) + END, 1)
    t.same(read2, read1, `${parameters}, in the other order`)
  }
})

void t.test('unusual but valid forms are read', async (t) => {
  const file = part('form-data; name="file"')
  for (const [what, text] of [
    ['a preamble', `before\r\n${file}${END}`],
    ['a line break before', `\r\n${file}${END}`],
    ['an epilogue', `${file}${END}after\r\n--x\r\n`],
    ['nothing after the last boundary', `${file}\r\n--x--`],
    ['white space after boundaries', `--x \t\r\n${file.slice(5)}\r\n--x-- \t\r\n`],
    ['a header on two lines', `--x\r\nContent-Disposition: form-data;\r\n\tname="file"\r\n\r\ncontent${END}`],
    [
      'other headers',
      `--x\r\nX: \0ÿ\r\nContent-Disposition: form-data; name=file\r\nX: 2\r\n\r\ncontent${END}`
    ]
  ] as const) {
    for (const chunk of [1, 2, 3, 65_536])
      t.same(await read(text, chunk), [{ name: 'file', filename: undefined, content: 'content' }], what)
  }
  t.same(await read('--x--'), [])
  const inner = '--y\r\nContent-Disposition: form-data; name="file"\r\n\r\nno --x\r\n--y--'
  t.equal((await read(part('form-data; name="file"', inner) + END))[0]?.content, inner, 'a form in a part')
})

void t.test('invalid and absurd forms are refused', async (t) => {
  const file = part('form-data; name="file"')
  const long = 'l'.repeat(100_000)
  const malformed: [string, string][] = [
    ['nothing', ''],
    ['no boundary', 'hello'],
    ['only boundaries', '--x\r\n--x\r\n--x--'],
    ['no last boundary', file],
    ['a last boundary that is cut off', `${file}\r\n--x-`],
    ['cut off in a boundary', `${file}\r\n--`],
    ['cut off in the headers', file.slice(0, 20)],
    ['another boundary that begins like it', `${file}\r\n--xy\r\n${END}`],
    ['a long preamble', `${long}\r\n${file}${END}`],
    ['a long epilogue', `${file}${END}${long}`],
    ['long headers', `--x\r\nX: ${long}\r\n${file.slice(5)}${END}`],
    ['headers without end', `--x\r\nX: ${long}`],
    ['a line that is no header', `--x\r\nhello\r\n${file.slice(5)}${END}`],
    ['a header without a name', `--x\r\n: x\r\n${file.slice(5)}${END}`],
    ['no headers', `--x\r\n\r\ncontent${END}`],
    ['no Content-Disposition', `--x\r\nContent-Type: text/plain\r\n\r\ncontent${END}`],
    ['two of them', `--x\r\nContent-Disposition: form-data; name="a"\r\n${file.slice(5)}${END}`],
    ...[
      ...[
        '',
        'attachment; name="file"',
        'file; name="file"',
        'form-data',
        'form-data; filename="a"',
        'form-dataname="file"'
      ],
      ...[
        'form-data; name="file',
        'form-data; name="a"; name="file"',
        'form-data; name="file" x',
        'form-data; name'
      ],
      ...[
        'form-data; name="file"; filename="a\rb"',
        'form-data; name="a\nb"',
        `form-data; name="${'n'.repeat(101)}"`
      ],
      ...['form-data; name="file"; filename="a"; filename="b"', 'form-data; name="file", form-data; name="b"']
    ].map((disposition): [string, string] => [disposition, part(disposition) + END])
  ]
  for (const [what, text] of malformed) {
    for (const chunk of [1, 65_536]) {
      // Long cases are not sent byte by byte, which would take too long.
      if (chunk === 1 && text.length > 10_000) continue
      await t.rejects(read(text, chunk), { code: 'MALFORMED_REQUEST' }, what.slice(0, 60))
    }
  }
  for (const [field, disposition] of [
    ['/filename', 'form-data; name="file"; filename="M\xfcller.txt"'],
    ['/filename', 'form-data; name="file"; filename="\xed\xa0\x80.txt"'],
    ['/filename', 'form-data; name="file"; filename="cut off \xc3"'],
    ['/name', 'form-data; name="\xfc"']
  ] as const) {
    await t.rejects(
      read(part(disposition) + END),
      { code: 'VALIDATION_ERROR', details: [{ field }] },
      disposition
    )
  }
})

void t.test('a source that fails or hangs is stopped, and its error is passed on', async (t) => {
  let stopped = 0
  const source = (next: () => Promise<IteratorResult<Buffer>>): AsyncIterable<Buffer> => ({
    [Symbol.asyncIterator]: () => ({
      next,
      return: async () => {
        stopped += 1
        return { done: true, value: undefined }
      }
    })
  })
  const failing = source(() => Promise.reject(new AppError('UPLOAD_ABORTED')))
  await t.rejects(readForm(failing, 'x').next(), { code: 'UPLOAD_ABORTED' })
  const chunks = [Buffer.from(part('form-data; name="file"'))]
  const hanging = source(async () => {
    const value = chunks.shift()
    return value === undefined ? new Promise(() => undefined) : { done: false, value }
  })
  for await (const { body } of readForm(hanging, 'x')) {
    void body[Symbol.asyncIterator]().next()
    break
  }
  t.equal(stopped, 2)
})
