import { createHash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { createApiKey, isApiKey, parseApiKey } from '../../core/api-key.js'
import { bearerToken } from '../../core/bearer-token.js'

const DIGITS = /^[0-9A-Za-z]$/
const RUNS = { seed: 20_261_129, numRuns: 2_000 }

t.test('new keys have the documented format', async (t) => {
  const keys = Array.from({ length: 1_000 }, createApiKey)
  for (const { id, key, hash } of keys) {
    t.match(key, /^srk_[0-9A-Za-z]{22}_[0-9A-Za-z]{49}$/)
    t.equal(key.length, 76)
    t.equal(key.slice(4, 26), id)
    t.same(parseApiKey(key), { id, hash })
    t.same(hash, createHash('sha256').update(key).digest())
    t.equal(bearerToken(`Bearer ${key}`), key)
  }
  t.equal(new Set(keys.map(({ id }) => id)).size, keys.length)
  const digits = new Set(keys.flatMap(({ key }) => Array.from(key.slice(4, 26) + key.slice(27, 70))))
  t.equal(digits.size, 62, 'every digit occurs')
})

t.test('others can compute the checksum', async (t) => {
  const text = `srk_${'0'.repeat(22)}_${'0'.repeat(43)}`
  const known = parseApiKey(`${text}${checksum(text)}`)
  t.equal(known?.id, '0'.repeat(22))
})

/** An independent implementation, bit by bit: https://www.w3.org/TR/png-3/#D-CRCAppendix */
function checksum(text: string): string {
  let crc = 0xffffffff
  for (const byte of Buffer.from(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let rest = BigInt((crc ^ 0xffffffff) >>> 0)
  let digits = ''
  for (let place = 0; place < 6; place++, rest /= 62n) digits = String(alphabet[Number(rest % 62n)]) + digits
  return digits
}

t.test('any other text is refused without an exception', async (t) => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 200 }).map((rest) => `srk_${rest}`),
    fc
      .stringMatching(/^srk_[0-9A-Za-z]{22}_[0-9A-Za-z]{49}$/)
      .filter((one) => checksum(one.slice(0, 70)) !== one.slice(70))
  )
  fc.assert(
    fc.property(text, (token) => parseApiKey(token) === null),
    RUNS
  )
  t.equal(parseApiKey(''), null)
  t.equal(parseApiKey('srk_'.repeat(100_000)), null)
  t.notOk(isApiKey('eyJhbGciOiJIUzI1NiJ9.e30.x'))
})

t.test('a key with one character changed, removed, added or swapped is refused', async (t) => {
  const { key } = createApiKey()
  const place = fc.nat(key.length - 1)
  const changes = fc.oneof(
    fc
      .tuple(place, fc.string({ minLength: 1, maxLength: 1 }))
      .map(([at, other]) => key.slice(0, at) + other + key.slice(at + 1)),
    place.map((at) => key.slice(0, at) + key.slice(at + 1)),
    fc.tuple(place, fc.stringMatching(DIGITS)).map(([at, more]) => key.slice(0, at) + more + key.slice(at)),
    fc.tuple(place, place).map(([one, other]) => {
      const characters = Array.from(key)
      const [first, second] = [characters[one] ?? '', characters[other] ?? '']
      characters[one] = second
      characters[other] = first
      return characters.join('')
    }),
    fc.constantFrom(key.toLowerCase(), key.toUpperCase(), ` ${key}`, `${key}\n`, `${key}=`, `${key}\u0000`)
  )
  fc.assert(
    fc.property(changes, (changed) => changed === key || parseApiKey(changed) === null),
    RUNS
  )
  t.ok(parseApiKey(key))
})
