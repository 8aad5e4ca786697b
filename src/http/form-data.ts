import { AppError } from '../../core/errors.js'
import { parsePartHeaders, type PartHeaders } from './part-headers.js'

/** One part of a form, as it arrives. */
export interface FormPart {
  headers: PartHeaders
  /** The content. Read it before asking for the next part; otherwise the rest is skipped. */
  body: AsyncIterable<Buffer>
}

/** Maximum bytes of a part's headers, as many as Node accepts for a whole request. */
const MAX_HEADERS = 16 * 1024
/** Maximum bytes before the first part and after the last one, where nothing belongs. */
const MAX_AROUND = 64 * 1024

const CRLF = Buffer.from('\r\n')
const END_OF_HEADERS = Buffer.from('\r\n\r\n')
const DASH = 0x2d

/**
 * Reads a multipart/form-data body (RFC 7578, RFC 2046 §5.1) part by part, to the end of the body. Takes bytes from
 * `source` only when the reader asks for the next ones, so nothing can deadlock, and memory is bounded by one chunk, a
 * boundary and the headers of one part.
 * @throws {AppError} MALFORMED_REQUEST, and what `source` throws
 */
export async function* readForm(
  source: AsyncIterable<Buffer>,
  boundary: string
): AsyncGenerator<FormPart, void> {
  // A delimiter starts with the preceding line break, which the first one of a body may lack.
  const scanner = new Scanner(source, CRLF)
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  try {
    await scanner.collect(delimiter, MAX_AROUND, 'The text before the first part')
    while (!(await scanner.startsWithDashes())) {
      const block = await scanner.collect(END_OF_HEADERS, MAX_HEADERS, 'The headers of a part')
      const headers = parsePartHeaders(block.toString('latin1'))
      const body = scanner.until(delimiter)
      // Without `return`, so that if the reader stops early, the rest is skipped here.
      yield { headers, body: { [Symbol.asyncIterator]: () => ({ next: () => body.next() }) } }
      while (!(await body.next()).done);
    }
    await scanner.skipRest(MAX_AROUND)
  } finally {
    scanner.close()
  }
}

/** A position in a stream of chunks. */
class Scanner {
  readonly #chunks: AsyncIterator<Buffer>
  /** Bytes that have arrived and were not passed yet. */
  #ahead: Buffer

  constructor(source: AsyncIterable<Buffer>, ahead: Buffer) {
    this.#chunks = source[Symbol.asyncIterator]()
    this.#ahead = ahead
  }

  /** Passes everything up to and including `mark`, and yields what precedes it. */
  async *until(mark: Buffer): AsyncGenerator<Buffer, void> {
    for (;;) {
      const at = this.#ahead.indexOf(mark)
      if (at !== -1) {
        const before = this.#pass(at)
        this.#pass(mark.length)
        if (before.length > 0) yield before
        return
      }
      // The mark may begin in the last bytes.
      const before = this.#pass(Math.max(0, this.#ahead.length - mark.length + 1))
      if (before.length > 0) yield before
      if (!(await this.#more())) throw malformed('The form ends before its closing boundary')
    }
  }

  /** Like `until`, but returns everything at once. */
  async collect(mark: Buffer, limit: number, what: string): Promise<Buffer> {
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of this.until(mark)) {
      length += chunk.length
      if (length > limit) throw malformed(`${what} must not have more than ${limit} bytes`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  }

  /** Whether "--" comes next, as in the closing boundary. */
  async startsWithDashes(): Promise<boolean> {
    while (this.#ahead.length < 2) {
      if (!(await this.#more())) throw malformed('The form ends before its closing boundary')
    }
    return this.#ahead[0] === DASH && this.#ahead[1] === DASH
  }

  async skipRest(limit: number): Promise<void> {
    let length = 0
    do {
      length += this.#pass(this.#ahead.length).length
      if (length > limit)
        throw malformed(`The text after the last part must not have more than ${limit} bytes`)
    } while (await this.#more())
  }

  /** Tells the source that nothing more is needed, without waiting for a hanging source. */
  close(): void {
    void Promise.resolve(this.#chunks.return?.()).catch(() => undefined)
  }

  #pass(length: number): Buffer {
    const passed = this.#ahead.subarray(0, length)
    this.#ahead = this.#ahead.subarray(length)
    return passed
  }

  async #more(): Promise<boolean> {
    const step = await this.#chunks.next()
    if (step.done === true) return false
    this.#ahead = this.#ahead.length === 0 ? step.value : Buffer.concat([this.#ahead, step.value])
    return true
  }
}

const malformed = (message: string) => new AppError('MALFORMED_REQUEST', { message })
