import { execFileSync } from 'node:child_process'
import t from 'tap'
import { parseHttpDate } from '../../src/http/http-date.js'
import { answerTo } from '../../src/http/http-range.js'

const modified = new Date('2026-01-31T09:30:00.700Z')
const what = { size: 100, etag: '"abc"', modified }
const SAME = 'Sat, 31 Jan 2026 09:30:00 GMT'
const BEFORE = 'Sat, 31 Jan 2026 09:29:59 GMT'
const AFTER = 'Sat, 31 Jan 2026 09:30:01 GMT'

t.test('dates in headers are parsed', async (t) => {
  const moment = Date.UTC(1994, 10, 6, 8, 49, 37)
  for (const text of [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994'
  ])
    t.equal(parseHttpDate(text), moment, text)
  const now = new Date('2026-06-01T00:00:00Z')
  t.equal(parseHttpDate('Monday, 01-Jan-76 00:00:00 GMT', now), Date.UTC(2076, 0, 1), '50 years ahead')
  t.equal(
    parseHttpDate('Monday, 01-Jan-77 00:00:00 GMT', now),
    Date.UTC(1977, 0, 1),
    'more than 50 years ahead is in the past'
  )
  for (const text of [
    undefined,
    '',
    '2026-01-31T09:30:00Z',
    '2026',
    '0',
    'Sat, 31 Jan 2026 09:30:00',
    'Sat, 31 Jan 2026 09:30:00 CET',
    'Sat, 31 Jan 2026 09:30:00 +0000',
    'sat, 31 jan 2026 09:30:00 gmt',
    'Sat, 30 Feb 2026 09:30:00 GMT',
    'Sat, 31 Jan 2026 24:00:00 GMT',
    'Sat, 1 Jan 2026 09:30:00 GMT',
    ` ${SAME}`,
    `${SAME}, ${SAME}`
  ])
    t.equal(parseHttpDate(text), undefined, String(text))
})

t.test("dates are read as GMT, whatever the process's time zone", async (t) => {
  const source = `
    const { parseHttpDate } = await import(${JSON.stringify(new URL('../../src/http/http-date.js', import.meta.url).href)})
    console.log(parseHttpDate('Sun Nov  6 08:49:37 1994'), parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT'))`
  for (const TZ of ['America/New_York', 'Asia/Tokyo']) {
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', source], {
      env: { ...process.env, TZ }
    })
    t.equal(String(said).trim(), '784111777000 784111777000', TZ)
  }
})

t.test('conditions are evaluated in the order of RFC 9110 §13.2.2', async (t) => {
  for (const [headers, status] of [
    [{}, 200],
    [{ 'if-match': '"abc"' }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': '"x, y" , "abc"' }, 200],
    [{ 'if-match': 'W/"abc"' }, 412],
    [{ 'if-match': '"x"' }, 412],
    [{ 'if-match': 'abc' }, 412],
    [{ 'if-match': '"abc"', 'if-unmodified-since': BEFORE }, 200],
    [{ 'if-unmodified-since': BEFORE }, 412],
    [{ 'if-unmodified-since': SAME }, 200],
    [{ 'if-unmodified-since': '2020-01-01' }, 200],
    [{ 'if-match': '"x"', 'if-none-match': '"abc"' }, 412],
    [{ 'if-unmodified-since': BEFORE, 'if-none-match': '"abc"' }, 412],
    [{ 'if-match': '"abc"', 'if-none-match': '"abc"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': 'W/"abc"' }, 304],
    [{ 'if-none-match': '"a,b", W/"abc"' }, 304],
    [{ 'if-none-match': '"x"', 'if-modified-since': AFTER }, 200],
    [{ 'if-modified-since': SAME }, 304],
    [{ 'if-modified-since': AFTER }, 304],
    [{ 'if-modified-since': BEFORE }, 200],
    [{ 'if-modified-since': '2030-01-01T00:00:00Z' }, 200],
    [{ range: 'bytes=0-1' }, 206],
    [{ range: 'bytes=0-1', 'if-match': '"x"' }, 412],
    [{ range: 'bytes=0-1', 'if-range': '"abc"' }, 206],
    [{ range: 'bytes=0-1', 'if-range': 'W/"abc"' }, 200],
    [{ range: 'bytes=0-1', 'if-range': SAME }, 206],
    [{ range: 'bytes=0-1', 'if-range': AFTER }, 200],
    [{ range: 'bytes=0-1', 'if-range': '2026-01-31T09:30:00Z' }, 200],
    [{ range: 'bytes=0-1,5-6' }, 200],
    [{ range: 'bytes=200-' }, 416]
  ] as const)
    t.equal(answerTo('GET', headers, what).status, status, JSON.stringify(headers))
  t.equal(answerTo('HEAD', { range: 'bytes=0-1' }, what).status, 200)
  t.equal(answerTo('HEAD', { 'if-match': '"x"' }, what).status, 412)
})
