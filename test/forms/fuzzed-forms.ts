import type { Test } from 'tap'
import { AppError } from '../../core/errors.js'
import { readForm } from '../../src/http/form-data.js'
import { namesOf } from '../../src/http/part-headers.js'
import { seeded } from '../patches/seeded.js'

type Random = ReturnType<typeof seeded>

interface Part {
  name: string
  filename?: string
  content: Buffer
}

/** Content from pieces that a parser could mistake for a delimiter, and a long run of one filler. */
function makeContent({ below, oneOf }: Random, boundary: string): Buffer {
  const pieces = [
    ...['\r', '\n', '\r\n', '\r\n-', '\r\n--', `\r\n--${boundary.slice(0, -1)}`, `--${boundary}`, '\r\n\r\n'],
    ...[
      '--',
      '-',
      'x',
      '\0',
      'ÿ',
      boundary,
      `\r\n-${boundary}`,
      'Content-Disposition: form-data; name="x"\r\n\r\n'
    ]
  ]
  const chosen = Array.from({ length: below(12) }, () => Buffer.from(oneOf(pieces), 'latin1'))
  const long = Buffer.alloc(oneOf([0, 0, 10, 1000, 32_000, 70_000, 200_000]), oneOf(['q', '\r', '\r\n', '-']))
  chosen.splice(below(chosen.length + 1), 0, long)
  // Content must not contain the boundary itself.
  return Buffer.from(Buffer.concat(chosen).toString('latin1').replaceAll(`\r\n--${boundary}`, 'no'), 'latin1')
}

function makeForm(random: Random): { boundary: string; parts: Part[]; bytes: Buffer } {
  const { below, oneOf } = random
  const boundary = oneOf([
    'x',
    '-',
    '----WebKitFormBoundary7MA4YWxkTrZu0gW',
    'a b',
    "'()+_,-./:=?",
    'b'.repeat(70)
  ])
  const parts = Array.from({ length: below(6) }, (): Part => {
    const name = oneOf(['file', 'filename', 'a b', 'ü', '日本', 'a;b', 'name=x'])
    const filename = oneOf([
      undefined,
      'a.txt',
      '5" disk.txt',
      'line\r\nbreak.txt',
      'ü; filename=x',
      "it's %41.txt"
    ])
    return { name, content: makeContent(random, boundary), ...(filename !== undefined && { filename }) }
  })
  const escaped = (text: string) => text.replace(/"/g, '%22').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
  const chunks = [
    // An optional preamble, which ends with a line break.
    below(3) === 0 ? `${'p'.repeat(below(60_000))}\r\n` : '',
    ...parts.flatMap(({ name, filename, content }, index) => [
      `${index === 0 ? '' : '\r\n'}--${boundary}${oneOf(['', '', ' ', '\t  '])}\r\n`,
      below(3) === 0 ? `X-Other: ${'h'.repeat(below(10_000))}\r\n` : '',
      `${oneOf(['Content-Disposition', 'CONTENT-disposition'])}:${oneOf(['', ' ', '\r\n '])}form-data; name="${escaped(name)}"`,
      filename === undefined ? '' : `;${oneOf(['', ' ', '\r\n\t'])}filename="${escaped(filename)}"`,
      `\r\n${oneOf(['', 'Content-Type: text/plain\r\n'])}\r\n`,
      content
    ]),
    `${parts.length === 0 ? '' : '\r\n'}--${boundary}--`,
    oneOf(['', '\r\n', '  \r\n', `\r\n${'e'.repeat(below(60_000))}`])
  ]
  return { boundary, parts, bytes: Buffer.concat(chunks.map((chunk) => Buffer.from(chunk))) }
}

/** The same bytes in chunks of one size or of many sizes, each as soon as it is requested. */
async function* inChunks(bytes: Buffer, { below, oneOf }: Random): AsyncGenerator<Buffer> {
  // Small chunks of large content would take too long.
  const largest = Math.max(oneOf([1, 7, 100, 1460, 16_384, 65_536, 1_000_000]), bytes.length / 200)
  const even = below(2) === 0
  for (let at = 0; at < bytes.length;) {
    const size = Math.ceil(even ? largest : 1 + below(largest))
    yield bytes.subarray(at, (at += size))
  }
}

async function readAll(
  source: AsyncIterable<Buffer>,
  boundary: string,
  skip: () => boolean
): Promise<Part[]> {
  const parts: Part[] = []
  for await (const { headers, body } of readForm(source, boundary)) {
    const { name, filename } = namesOf(headers)
    const chunks: Buffer[] = []
    const skipped = skip()
    for await (const chunk of body) {
      if (skipped) break
      chunks.push(chunk)
    }
    const content = skipped ? Buffer.from('skipped') : Buffer.concat(chunks)
    parts.push({ name, content, ...(filename !== undefined && { filename }) })
  }
  return parts
}

/** Reads forms derived from the seed in chunks of all sizes, then damaged copies, which must not crash the reader. */
export async function fuzzForms(t: Test, options: { count: number; seed: number }): Promise<void> {
  const random = seeded(options.seed)
  const { below } = random
  let refused = 0
  for (let round = 0; round < options.count; round++) {
    const { boundary, parts, bytes } = makeForm(random)
    const skipped = parts.map(() => below(10) === 0)
    const expected = parts.map((part, index) =>
      skipped[index] && part.content.length > 0 ? { ...part, content: Buffer.from('skipped') } : part
    )
    let index = 0
    const read = await readAll(inChunks(bytes, random), boundary, () => {
      const at = index++
      return skipped[at] === true && (parts[at]?.content.length ?? 0) > 0
    })
    if (read.length !== expected.length || !read.every((part, at) => samePart(part, expected[at])))
      t.fail(`round ${round}: the parts differ from the ones written`)

    const damaged = damage(bytes, random)
    try {
      await readAll(inChunks(damaged, random), boundary, () => false)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      refused += 1
    }
  }
  t.ok(refused > options.count / 10, `${refused} of ${options.count} damaged forms were refused`)
}

const samePart = (one: Part, other: Part | undefined) =>
  one.name === other?.name && one.filename === other.filename && one.content.equals(other.content)

/** Truncates the bytes, cuts some out, or replaces some. */
function damage(bytes: Buffer, { below, oneOf }: Random): Buffer {
  const at = below(bytes.length)
  const to = Math.min(bytes.length, at + 1 + below(40))
  return oneOf([
    () => bytes.subarray(0, at),
    () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]),
    () =>
      Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(oneOf(['\r', '\n', '"', '\0', '--'])),
        bytes.subarray(to)
      ])
  ])()
}
