import { readdirSync, readFileSync } from 'node:fs'
import { STATUS_CODES } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { errorsDocument } from '../scripts/openapi/errors-document.js'
import { ERROR_GUIDE, retryOf } from '../core/error-guide.js'
import { AppError, ERRORS, type ErrorCode } from '../core/errors.js'

/** The statuses of HTTP, and the one that tus adds: https://tus.io/protocols/resumable-upload#checksum */
const STATUSES: Record<number, string | undefined> = { ...STATUS_CODES, 460: 'Checksum Mismatch' }

const codes = Object.keys(ERRORS) as ErrorCode[]

/** The sources, without the error tables and the calls that only document a route's errors. */
const sources = ['core', 'src', 'plugins', 'workers']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name))
  )
  .filter(
    (file) => !['core/errors.ts', 'core/error-guide.ts'].includes(file) && !file.startsWith('src/schemas/')
  )
  .map((file) => readFileSync(file, 'utf8').replace(/(public|session|tenant)Errors\([^)]*\)/g, ''))

t.test('every code is used', async (t) => {
  for (const code of codes)
    t.ok(
      sources.some((source) => source.includes(`'${code}'`)),
      code
    )
})

t.test('every code has a status and its own text', async (t) => {
  for (const code of codes) {
    const [status, message] = ERRORS[code]
    t.match(code, /^[A-Z]+(_[A-Z]+)*$/)
    t.ok(status >= 400 && status < 600 && STATUSES[status], `${code}: ${status}`)
    t.match(message, /^[A-Z]/, `${code} begins with a capital`)
    t.notMatch(message, /[.!\s]$/, `${code} ends without a full stop`)
    t.ok(message.length > 10 && message.length < 120, `${code}: ${message}`)
  }
  t.equal(new Set(codes.map((code) => ERRORS[code][1])).size, codes.length, 'no two have the same text')
})

t.test('errors that a retry may solve say when to retry', async (t) => {
  for (const code of codes) {
    const error = new AppError(code)
    t.equal(error.status, ERRORS[code][0])
    t.equal(error.message, ERRORS[code][1])
    const passes = [429, 503].includes(error.status) || code === 'IDEMPOTENCY_IN_PROGRESS'
    t.equal(error.retryAfter !== undefined, passes, `${code}: Retry-After`)
  }
  t.equal(new AppError('TENANT_NOT_READY', { retryAfter: 10 }).retryAfter, 10)
})

t.test('every code is explained in full sentences', async (t) => {
  for (const code of codes)
    for (const text of ERROR_GUIDE[code]) {
      t.match(text, /^[A-Z].*\.$/, `${code}: ${text}`)
      t.notMatch(text, /\s$|\s{2}/, code)
    }
})

t.test('a retry is advised where the answer says when, and where bytes were lost in transit', async (t) => {
  for (const code of codes)
    t.equal(retryOf(code) === 'after Retry-After', new AppError(code).retryAfter !== undefined, code)
  t.same(
    codes.filter((code) => retryOf(code) === 'yes'),
    ['CLIENT_GONE', 'UPLOAD_ABORTED', 'REQUEST_TIMEOUT', 'CHECKSUM_MISMATCH']
  )
})

t.test('docs/ERRORS.md is current', async (t) => {
  const committed = readFileSync('docs/ERRORS.md', 'utf8')
  t.ok(committed === errorsDocument(), 'run `npm run openapi` and commit what it changes')
  for (const code of codes) t.ok(committed.includes(`\n## ${code}\n`), code)
})

t.test("explicit values replace the table's", async (t) => {
  const cause = new Error('the cause')
  const details = [{ field: '/a', message: 'b' }]
  const error = new AppError('VALIDATION_ERROR', { message: 'another text', details, cause })
  t.match(error, {
    code: 'VALIDATION_ERROR',
    status: 422,
    message: 'another text',
    details,
    cause,
    name: 'AppError'
  })
  t.ok(error instanceof Error)
})
