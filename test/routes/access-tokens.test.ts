import { createHmac, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto'
import t from 'tap'
import type { ErrorCode } from '../../core/errors.js'
import { Client, logIn, refused, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config, sql } = await createInstallation(t)
const { url } = await startApi(t, config)
const anonymous = new Client(url)
const user = await signUp(url)
const other = await signUp(url)

/** The user's only live session. */
const sessionOf = async (userId: string) => {
  const [row] = await sql<{ id: string }[]>`
    select id from token_families where user_id = ${userId} and revoked_at is null`
  return String(row?.id)
}
const own = { sub: user.userId, sid: await sessionOf(user.userId) }
const foreign = { sub: other.userId, sid: await sessionOf(other.userId) }
const now = Math.floor(Date.now() / 1000)
const claims = {
  ...own,
  use: 'access',
  iat: now,
  exp: now + 600,
  iss: 'strongroom',
  aud: 'strongroom-api'
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const hmac = (text: string, secret: string | Buffer, hash = 'sha256') =>
  createHmac(hash, secret).update(text).digest('base64url')

/** A JSON Web Token (RFC 7519) made by hand, valid except for what is given. */
function token(
  payload: unknown,
  head: object = {},
  secret: string | Buffer = config.auth.secrets[0]
): string {
  const { alg } = { alg: 'HS256', ...head } as { alg: unknown }
  const hash = /^HS(384|512)$/.exec(String(alg))?.[1] ?? '256'
  const signed = `${encode({ alg: 'HS256', typ: 'JWT', ...head })}.${encode(payload)}`
  return `${signed}.${hmac(signed, secret, `sha${hash}`)}`
}
function signedWith(key: KeyObject, head: object): string {
  const signed = `${encode({ typ: 'JWT', ...head })}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}
const without = (name: keyof typeof claims) => ({ ...claims, [name]: undefined })

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const symmetricKey = Buffer.alloc(32, 7)
const jwk = { kty: 'oct', k: symmetricKey.toString('base64url'), alg: 'HS256' }

const good = token(claims)
const [head = '', payload = '', signature = ''] = good.split('.')
/** The same bytes with another last character: 43 characters hold two bits more than 32 bytes. */
const looseEnd = signature.slice(0, -1) + String.fromCharCode(signature.charCodeAt(42) + 1)
const unsigned = (alg: string) => `${encode({ alg, typ: 'JWT' })}.${payload}`

const FORGED: Record<string, string> = {
  // Other algorithms, with and without a matching signature.
  HS384: token(claims, { alg: 'HS384' }),
  HS512: token(claims, { alg: 'HS512' }),
  'RS256 with a key of the sender': signedWith(rsa.privateKey, { alg: 'RS256' }),
  'ES256 with a key of the sender': signedWith(ec.privateKey, { alg: 'ES256' }),
  'RS256 in the head of an HMAC': token(claims, { alg: 'RS256' }),
  'ES256 in the head of an HMAC': token(claims, { alg: 'ES256' }),
  'an HMAC with a public key': token(claims, {}, publicPem),
  ...Object.fromEntries(
    ['none', 'None', 'NONE', 'nOnE', 'none ', ''].flatMap((alg) => [
      [`alg "${alg}" without a signature`, `${unsigned(alg)}.`],
      [`alg "${alg}" with one`, `${unsigned(alg)}.${hmac(unsigned(alg), config.auth.secrets[0])}`]
    ])
  ),
  'hs256 in small letters': token(claims, { alg: 'hs256' }),
  'no alg': token(claims, { alg: undefined }),
  'null for alg': token(claims, { alg: null }),
  'two algs': token(claims, { alg: ['HS256', 'none'] }),
  'a number for alg': token(claims, { alg: 256 }),
  // Wrong keys.
  'another secret': token(claims, {}, 'another secret of at least thirty-two bytes'),
  'an empty key': token(claims, {}, ''),
  'a key of zeros': token(claims, {}, Buffer.alloc(32)),
  'the secret and one byte': token(claims, {}, `${config.auth.secrets[0]}x`),
  'the bytes that the secret spells': token(claims, {}, Buffer.from(config.auth.secrets[0], 'hex')),
  'a key in the head': token(claims, { jwk }, symmetricKey),
  'an address of keys': token(claims, { jku: 'https://example.com/keys.json' }, symmetricKey),
  'a key id that is a path': token(claims, { kid: '../../../../dev/null' }, ''),
  'a key id that is SQL': token(claims, { kid: `' union select '' --` }, ''),
  'a certificate in the head': token(claims, { x5c: ['MIIB'], x5u: 'https://example.com' }, symmetricKey),
  // Claims that are missing or have a wrong type or value.
  ...Object.fromEntries(
    (Object.keys(claims) as (keyof typeof claims)[]).map((name) => [`without ${name}`, token(without(name))])
  ),
  'no claims': token({}),
  'not valid before later': token({ ...claims, nbf: now + 300 }),
  'text as nbf': token({ ...claims, nbf: 'later' }),
  'text as exp': token({ ...claims, exp: String(now + 600) }),
  'a date as exp': token({ ...claims, exp: new Date((now + 600) * 1000) }),
  'null as exp': token({ ...claims, exp: null }),
  'a list as exp': token({ ...claims, exp: [now + 600] }),
  'infinity as exp': reSigned(JSON.stringify({ ...claims, exp: '@' }).replace('"@"', '1e999')),
  'text as iat': token({ ...claims, iat: 'now' }),
  'another issuer': token({ ...claims, iss: 'other' }),
  'a list of issuers': token({ ...claims, iss: ['strongroom', 'other'] }),
  'an issuer that begins like ours': token({ ...claims, iss: 'strongroom.example.com' }),
  'an empty issuer': token({ ...claims, iss: '' }),
  'another audience': token({ ...claims, aud: 'other' }),
  'an empty list of audiences': token({ ...claims, aud: [] }),
  'an audience that begins like ours': token({ ...claims, aud: 'strongroom-api.example.com' }),
  'an object for the audience': token({ ...claims, aud: { 0: 'strongroom-api' } }),
  'use refresh': token({ ...claims, use: 'refresh' }),
  'use in capitals': token({ ...claims, use: 'ACCESS' }),
  'a list of uses': token({ ...claims, use: ['access'] }),
  'a number as sub': token({ ...claims, sub: 7 }),
  'a list as sub': token({ ...claims, sub: [claims.sub] }),
  'SQL as sub': token({ ...claims, sub: `${claims.sub}' or '1'='1` }),
  'no UUID as sub': token({ ...claims, sub: 'admin' }),
  'an object as sid': token({ ...claims, sid: {} }),
  'a line end after sid': token({ ...claims, sid: `${claims.sid}\n` }),
  'the nil of text for sid': token({ ...claims, sid: '' }),
  'a list as the payload': token([claims]),
  'text as the payload': token('claims'),
  'null as the payload': token(null),
  'a payload that is not JSON': reSigned('{"sub":'),
  'an empty payload': reSigned(''),
  // A genuine signature in the wrong place.
  'another payload': `${head}.${encode({ ...claims, ...foreign })}.${signature}`,
  'the signature of another token': `${head}.${payload}.${token({ ...claims, ...foreign }).split('.')[2]}`,
  'another head': `${encode({ alg: 'HS256', typ: 'JWT', kid: '1' })}.${payload}.${signature}`,
  'no signature': `${head}.${payload}.`,
  'no signature and no dot': `${head}.${payload}`,
  'half of the signature': `${head}.${payload}.${signature.slice(0, 21)}`,
  'a signature that lacks a character': good.slice(0, -1),
  'a longer signature': `${good}AAAA`,
  'a signature with padding': `${good}=`,
  'a signature with a looser end': `${head}.${payload}.${looseEnd}`,
  'a fourth part': `${good}.${signature}`,
  'only dots': '..',
  'no token at all': 'abc',
  'a refresh token': user.refreshToken,
  'a refresh token in three parts': `${head}.${user.refreshToken}.${signature}`,
  // Correctly signed, but longer than any token that the API issues.
  'over a thousand characters': token({ ...claims, more: 'x'.repeat(600) }),
  'fifteen thousand characters': token({ ...claims, more: 'x'.repeat(11_000) })
}

/** Signs any text as a payload. */
function reSigned(text: string): string {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${Buffer.from(text).toString('base64url')}`
  return `${signed}.${hmac(signed, config.auth.secrets[0])}`
}

const withToken = (text: string) => new Client(url, text).get('/api/users/me')

void t.test('forged and misused tokens are refused', async (t) => {
  t.equal((await withToken(good)).status, 200, 'a token made this way is valid')
  t.ok(Object.keys(FORGED).length >= 40)
  for (const [what, text] of Object.entries(FORGED))
    refused(t, await withToken(text), 'INVALID_TOKEN', [], what)
  for (const [what, text] of Object.entries(FORGED).slice(0, 20)) {
    const answer = await new Client(url, text).get(`/api/tenants/${randomUUID()}`)
    refused(t, answer, 'INVALID_TOKEN', [], `${what}: in a tenant`)
  }
  t.equal((await withToken(good)).status, 200, 'it still is')
})

void t.test(
  'tokens that are no longer valid, or belong to another session or use, are refused',
  async (t) => {
    const left = await logIn(url, user.email)
    await new Client(url, left.access_token).request('POST', '/api/auth/logout')
    const cases: [string, string, ErrorCode][] = [
      ['expired', token({ ...claims, iat: now - 100, exp: now - 1 }), 'TOKEN_EXPIRED'],
      ['expired long ago', token({ ...claims, iat: 1, exp: 2 }), 'TOKEN_EXPIRED'],
      ['expired before the epoch', token({ ...claims, exp: -1 }), 'TOKEN_EXPIRED'],
      ['expired and forged', `${token({ ...claims, exp: 2 }).slice(0, -10)}AAAAAAAAAA`, 'INVALID_TOKEN'],
      ['expired and for another use', token({ ...claims, use: 'refresh', exp: 2 }), 'TOKEN_EXPIRED'],
      ['of an ended session', left.access_token, 'TOKEN_REVOKED'],
      ['of a session that never was', token({ ...claims, sid: randomUUID() }), 'TOKEN_REVOKED'],
      ['the session of another user', token({ ...claims, sid: foreign.sid }), 'TOKEN_REVOKED'],
      ['another user in this session', token({ ...claims, sub: foreign.sub }), 'TOKEN_REVOKED'],
      ['nobody', token({ ...claims, sub: randomUUID() }), 'TOKEN_REVOKED']
    ]
    for (const [what, text, code] of cases) {
      refused(t, await withToken(text), code, [], what)
      refused(t, await withToken(text), code, [], `${what}, again`)
    }
    t.equal((await user.get('/api/users/me')).status, 200)
    t.equal((await other.get('/api/users/me')).status, 200)
  }
)

void t.test('a token is accepted only in the Authorization header', async (t) => {
  const me = (authorization: string) =>
    anonymous.request('GET', '/api/users/me', { headers: { authorization } })
  t.equal((await me(`bearer ${user.token}`)).status, 200, 'the scheme is case-insensitive')
  t.equal((await me(`Bearer   ${user.token}  `)).status, 200, 'white space around it')
  const headers = {
    nothing: '',
    'the scheme alone': 'Bearer',
    'white space as the token': 'Bearer ',
    'another scheme': 'Basic YTpi',
    'an unknown scheme': `Token ${user.token}`,
    'no scheme': String(user.token),
    'the scheme and the token in one': `Bearer${user.token}`,
    'a tab after the scheme': `Bearer\t${user.token}`,
    'something after the token': `Bearer ${user.token} x`,
    'white space in it': `Bearer ${head}. ${payload}.${signature}`,
    'two tokens': `Bearer ${user.token}, Bearer ${user.token}`,
    'two tokens without a comma': `Bearer ${user.token} ${other.token}`,
    'two headers in one': `Basic YTpi, Bearer ${user.token}`,
    'characters that no token has': 'Bearer a,b',
    'quotation marks': `Bearer "${user.token}"`,
    percent: `Bearer ${encodeURIComponent('a.b.c=')}`
  }
  for (const [what, header] of Object.entries(headers))
    refused(t, await me(header), 'NOT_AUTHENTICATED', [], what)
  refused(t, await anonymous.get('/api/users/me'), 'NOT_AUTHENTICATED', [], 'no header')
  const query = await anonymous.get(`/api/users/me?access_token=${user.token}&token=${user.token}`)
  refused(t, query, 'NOT_AUTHENTICATED', [], 'in the query')
  const cookie = { cookie: `token=${user.token}; access_token=${user.token}` }
  const inCookie = await anonymous.request('GET', '/api/users/me', { headers: cookie })
  refused(t, inCookie, 'NOT_AUTHENTICATED', [], 'in a cookie')
  refused(t, await anonymous.request('POST', '/api/auth/logout'), 'NOT_AUTHENTICATED')
})

void t.test('a header above the size limit is refused', async (t) => {
  const response = await fetch(`${url}/api/users/me`, {
    headers: { authorization: `Bearer ${'a'.repeat(17_000)}` }
  })
  t.equal(response.status, 431)
  t.match(await response.json(), { success: false, error: { code: 'HEADERS_TOO_LARGE' } })
})
