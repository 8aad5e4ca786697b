import { randomBytes } from 'node:crypto'
import t from 'tap'
import { Client, PASSWORD, refused, signUp, startApi } from '../helpers/api.js'
import { createInstallation, MANY_GUESSES } from '../helpers/installation.js'
import { isEasilyGuessed } from '../../src/services/auth/password-strength.js'

const { config, sql } = await createInstallation(t, MANY_GUESSES)
const { url } = await startApi(t, config)

const anonymous = new Client(url)
const unique = () => randomBytes(4).toString('hex')
const register = (email: string, password: string, names: object = {}) =>
  anonymous.send<{ id: string; email: string }>('POST', '/api/auth/register', {
    ...{ email, password, first_name: 'Grace', last_name: 'Hopper-Murray' },
    ...names
  })
const login = async (email: string, password: string) =>
  (await anonymous.send('POST', '/api/auth/login', { email, password })).status

const WEAK = [
  ...[
    'password',
    '12345678',
    'qwertyui',
    'iloveyou',
    'PASSWORD',
    'pässwörd',
    'ｐａｓｓｗｏｒｄ',
    'P@ssw0rd',
    'drowssap'
  ],
  ...[
    'Password1!',
    '!!dragon99',
    'passwordpassword',
    'aaaaaaaa',
    '11112222',
    'abcabcabcabc',
    'abcdefgh',
    '98765432'
  ],
  ...['        ', '😀'.repeat(8), 'a'.repeat(200), 'hunter2hunter2', 'strongroom', 'Strongroom2026'],
  ...['grace hopper', 'HopperGrace', 'hopper1906', 'gr4ce.h0pper', 'Murray-1992', 'grâce-hôpper'],
  ...['rear.admiral', 'Admiral1906', 'rear.admiral@navy.example', 'navy.example', 'rearadmiral@navy']
]
const GOOD = [
  ...[
    PASSWORD,
    'a new password',
    'grüne Wiese',
    'kB3#xq9L',
    'パスワードは秘密です',
    'Tr0ub4dor&3',
    'planning trip'
  ],
  ...['grace under pressure', 'my admiral sails far', '84923847', 'x'.repeat(4) + 'correct' + 'y'.repeat(240)]
]

void t.test('common passwords and those made from a name or address are refused', async (t) => {
  for (const password of WEAK) {
    const answer = await register('rear.admiral@navy.example', password)
    refused(t, answer, 'WEAK_PASSWORD', ['/password'], password)
  }
  t.equal((await sql`select from users where email like '%@navy.example'`).length, 0)
  const owner = { email: 'rear.admiral@navy.example', firstName: 'Grace', lastName: 'Hopper-Murray' }
  for (const password of GOOD) t.notOk(await isEasilyGuessed(password, owner), password)
  t.equal((await register('rear.admiral@navy.example', 'grace under pressure')).status, 201)
  // Very short names do not count against a password.
  const short = { email: 'i@x.example', firstName: 'I', lastName: 'O' }
  t.notOk(await isEasilyGuessed('io 1 io 2 io', short))
})

void t.test('checking a password takes linear time, whatever it contains', async (t) => {
  const owner = {
    email: `${'ada.'.repeat(60)}a@x.example`,
    firstName: 'ab '.repeat(33),
    lastName: 'a'.repeat(100)
  }
  const texts = [
    'a',
    'ab',
    'p4$$w0rd',
    '1',
    '19991231',
    '@4a',
    'ada',
    'é',
    '\ufdfa',
    'qwertyuiop',
    '4@8({[<3'
  ]
  // Processor time, which other load on the machine affects less than elapsed time.
  const cost = async (bytes: number) => {
    const passwords = texts.map((text) => text.repeat(bytes / text.length))
    const start = process.cpuUsage()
    for (let round = 0; round < 7; round++)
      for (const password of passwords) await isEasilyGuessed(password, owner)
    const { user, system } = process.cpuUsage(start)
    return user + system
  }
  const least = async (bytes: number) => Math.min(await cost(bytes), await cost(bytes), await cost(bytes))
  await cost(256)
  const [short, long] = [await least(256), await least(256 * 16)]
  t.ok(long < short * 16 * 6, `16 times the length takes ${(long / short).toFixed(1)} times as long`)
})

void t.test('a password is the same in every Unicode form', async (t) => {
  const composed = 'Grüne Wiesen, 10 Å'
  const forms = [composed, composed.normalize('NFD'), composed.replaceAll(' ', '\u00a0')]
  for (const chosen of forms) {
    const email = `forms-${unique()}@example.com`
    t.equal((await register(email, chosen)).status, 201)
    for (const typed of forms) t.equal(await login(email, typed), 200)
    t.equal(await login(email, 'Grune Wiesen, 10 A'), 401)
  }
  const user = await signUp(url)
  const change = await user.send('PUT', '/api/users/me/password', {
    current_password: PASSWORD.replaceAll(' ', '\u3000'),
    new_password: composed.normalize('NFD')
  })
  t.equal(change.status, 200)
  t.equal(await login(user.email, composed), 200)
  const decomposed = await register(`short-${unique()}@example.com`, 'éàüö'.normalize('NFD'))
  refused(t, decomposed, 'VALIDATION_ERROR', ['/password'], 'four letters, however they are encoded')
  const long = await register(`long-${unique()}@example.com`, 'correct é horse '.repeat(15).normalize('NFD'))
  t.equal(long.status, 201, '255 bytes after normalization')
})

void t.test('an address is the same in every Unicode form', async (t) => {
  const name = unique()
  const [nfc, nfd] = (['NFC', 'NFD'] as const).map((form) => `rené.${name}@exämple.com`.normalize(form)) as [
    string,
    string
  ]
  const made = await register(nfd, PASSWORD)
  t.equal(made.body.data.email, nfc)
  refused(t, await register(nfc.toUpperCase(), PASSWORD), 'EMAIL_TAKEN')
  for (const email of [nfc, nfd, nfd.toUpperCase()]) t.equal(await login(email, PASSWORD), 200, email)
})

void t.test('an address stored unnormalised by an earlier version still works', async (t) => {
  const name = unique()
  const [nfc, nfd] = (['NFC', 'NFD'] as const).map((form) => `zoé.${name}@example.com`.normalize(form)) as [
    string,
    string
  ]
  const old = await register(nfc, PASSWORD)
  await sql`update users set email = ${nfd} where id = ${old.body.data.id}`
  for (const email of [nfc, nfd]) t.equal(await login(email, PASSWORD), 200, 'in either form')
  for (const email of [nfc, nfd]) refused(t, await register(email, PASSWORD), 'EMAIL_TAKEN')

  const twin = await register(`twin-${name}@example.com`, 'another password')
  await sql`update users set email = ${nfc} where id = ${twin.body.data.id}`
  t.equal(await login(nfd, PASSWORD), 200, 'of two accounts, the one with this exact spelling')
  t.equal(await login(nfc, 'another password'), 200)
  t.equal(await login(nfc, PASSWORD), 401)
})
